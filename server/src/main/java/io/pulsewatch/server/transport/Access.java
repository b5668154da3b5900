package io.pulsewatch.server.transport;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What came of looking at credentials. Immutable. */
public sealed interface Access {
  /** The same, asked for one right more: this pass if it has it, else why not. */
  Access allowing(Right right);

  /**
   * They are good.
   *
   * @param name who it is, for people
   * @param id which credentials these are; says nothing of the secret; empty: nobody was asked
   * @param rights what they allow
   */
  record Pass(String name, String id, Set<Right> rights) implements Access {
    /** Everybody may do everything: there is nothing to check credentials against. */
    public static final Pass EVERYBODY = new Pass("", "", Set.of(Right.values()));

    /** No credentials yet: may do nothing. */
    static final Pass NOBODY = new Pass("", "", Set.of());

    public Pass {
      rights = Set.copyOf(rights);
    }

    @Override
    public Access allowing(Right right) {
      return rights.contains(right)
          ? this
          : new Denied(
              Reason.NO_RIGHT,
              "The token of "
                  + name
                  + " may "
                  + rights.stream().map(Pass::word).sorted().collect(Collectors.joining(", "))
                  + "; this needs "
                  + word(right)
                  + ". Use another token, or have the right added to its line in the token file.");
    }

    private static String word(Right right) {
      return right.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * They are not, or not for this.
   *
   * @param description for people; names the remedy, and never the secret
   */
  record Denied(Reason reason, String description) implements Access {
    @Override
    public Access allowing(Right right) {
      return this;
    }
  }

  /** Why. Its name is the reason that a client reads. */
  enum Reason {
    TOKEN_MISSING,
    TOKEN_UNKNOWN,
    TOKEN_EXPIRED,
    /** Good credentials that do not allow this; the others are 401 in HTTP, this is 403. */
    NO_RIGHT;

    /** Whether other credentials are needed before anything else is said. */
    public boolean isUnauthenticated() {
      return this != NO_RIGHT;
    }
  }
}
