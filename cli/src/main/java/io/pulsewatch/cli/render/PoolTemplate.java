package io.pulsewatch.cli.render;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Mustache template over services and who gets their calls. Immutable.
 *
 * <p>It is strict: a name that nobody knows is an error, not an empty text. Templates are tried on
 * samples when they are read, with and without anybody in them, so such a name is mostly found
 * before the first file is written.
 */
public final class PoolTemplate {
  /** JMustache's values come from {@link Scope} alone: no method or field of any object. */
  private static final Mustache.Collector SCOPES =
      new Mustache.Collector() {
        @Override
        public @Nullable Iterator<?> toIterator(Object value) {
          return value instanceof Iterable<?> all ? all.iterator() : null;
        }

        @Override
        public Mustache.@Nullable VariableFetcher createFetcher(Object context, String name) {
          return context instanceof Scope ? PoolTemplate::fetch : null;
        }

        @Override
        public <K, V> Map<K, V> createFetcherCache() {
          return Collections.synchronizedMap(new HashMap<>());
        }
      };

  private final String file;
  private final Template template;

  private PoolTemplate(String file, Template template) {
    this.file = file;
    this.template = template;
  }

  /**
   * Reads one, and tries it.
   *
   * @param file its name, for people
   * @throws TemplateException where it is none, or names what there is not
   */
  public static PoolTemplate of(String file, String text) throws TemplateException {
    PoolTemplate made = new PoolTemplate(file, compiled(file, text));
    made.run(sample(somebody(true)));
    made.run(sample(somebody(false)));
    made.run(sample(Scope.Service.of("sample", List.of())));
    return made;
  }

  /**
   * Renders it.
   *
   * @param pools by service; of each instance one endpoint
   * @throws TemplateException where it names what there is not, or the text is too long
   */
  public String render(Map<String, List<Instance>> pools) throws TemplateException {
    Map<String, Scope.Service> services = new TreeMap<>();
    pools.forEach((name, instances) -> services.put(name, Scope.Service.of(name, instances)));
    String text = run(new Scope.Top(new Scope.Services(services, null)));
    if (text.length() > RenderLimits.MAX_FILE_CHARS) {
      throw new TemplateException(
          file
              + ": "
              + text.length()
              + " characters (expected: at most "
              + RenderLimits.MAX_FILE_CHARS
              + "): name fewer services");
    }
    return text;
  }

  private static Template compiled(String file, String text) throws TemplateException {
    try {
      return Mustache.compiler()
          .withEscaper(Escapers.NONE) // each value is a word already: see SafeText
          .withCollector(SCOPES)
          .strictSections(true)
          .emptyStringIsFalse(true)
          .withLoader(
              name -> {
                throw new MustacheException(
                    "{{>" + name + "}}: one file cannot take in another: put it all in one");
              })
          .compile(text);
    } catch (MustacheException e) {
      throw new TemplateException(file + ": " + e.getMessage());
    }
  }

  private String run(Scope.Top top) throws TemplateException {
    try {
      return template.execute(top);
    } catch (MustacheException.Context e) {
      throw new TemplateException(
          file
              + ":"
              + e.lineNo
              + ": nothing is named '"
              + e.key
              + "' here (expected: "
              + known()
              + ", labels.KEY)");
    } catch (MustacheException e) {
      throw new TemplateException(file + ": " + e.getMessage());
    }
  }

  private static String known() {
    return Stream.of(Scope.TOP_NAMES, Scope.SERVICE_NAMES, Scope.INSTANCE_NAMES)
        .flatMap(List::stream)
        .collect(Collectors.joining(", "));
  }

  private static Object fetch(Object context, String name) {
    Object found = ((Scope) context).find(name);
    return found == null ? Template.NO_FETCHER_FOUND : found;
  }

  private static Scope.Top sample(Scope.Service any) {
    return new Scope.Top(new Scope.Services(Map.of("sample", any), any));
  }

  /** Somebody who says everything of himself, or nothing that he need not say. */
  private static Scope.Service somebody(boolean furnished) {
    Instance.Builder instance =
        Instance.newBuilder()
            .setInstanceId("sample")
            .setWeight(1)
            .addEndpoints(Endpoint.newBuilder().setHost("192.0.2.1").setPort(80));
    if (furnished) {
      instance.setZone("sample").setVersion("sample");
    }
    return Scope.Service.of("sample", List.of(instance.build()));
  }
}
