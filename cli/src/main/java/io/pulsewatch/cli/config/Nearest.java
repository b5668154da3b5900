package io.pulsewatch.cli.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The word that was probably meant. Immutable. */
final class Nearest {
  /** One slip for so many letters, and one for short words. */
  private static final int LETTERS_PER_SLIP = 4;

  private Nearest() {}

  /** Returns the candidate with the fewest slips, or null where all have too many. */
  static @Nullable String to(String word, Collection<String> candidates) {
    String nearest = null;
    int fewest = 1 + Math.max(1, word.length() / LETTERS_PER_SLIP);
    for (String each : candidates) {
      int slips = slips(plain(word), plain(each));
      if (slips < fewest) {
        fewest = slips;
        nearest = each;
      }
    }
    return nearest;
  }

  /** Case, and how words are joined, is no slip. */
  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]", "");
  }

  /** Letters wrong, missing, too many, or swapped with their neighbour. */
  private static int slips(String a, String b) {
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        table[i][j] = i == 0 || j == 0 ? i + j : fewest(table, a, b, i, j);
      }
    }
    return table[a.length()][b.length()];
  }

  private static int fewest(int[][] table, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int fewest =
        Math.min(
            table[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(table[i - 1][j], table[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(fewest, table[i - 2][j - 2] + 1) : fewest;
  }
}
