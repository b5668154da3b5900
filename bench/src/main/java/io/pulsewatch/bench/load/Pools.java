package io.pulsewatch.bench.load;

/**
 * Which service an instance of a fleet is of, and where it takes calls. Immutable.
 *
 * @param large instances of one large service, the first ones; 0: there are no pools
 * @param each instances of each of the others
 */
public record Pools(int large, int each) {
  /** All are of one service, and take no calls. */
  public static final Pools NONE = new Pools(0, 0);

  /** The name of the large service. */
  public static final String LARGE = "large";

  /** The name of a small one. */
  public static String small(int place) {
    return "small-" + place;
  }

  String service(int number) {
    if (large == 0) {
      return Registrations.SERVICE;
    }
    return number < large ? LARGE : small((number - large) / each);
  }

  /** An address of its own; empty where there are no pools. */
  String host(int number) {
    return large == 0 ? "" : address(10, number);
  }

  /** An address that depends on a number. */
  static String address(int net, int number) {
    return net + "." + (number >> 16 & 0xff) + "." + (number >> 8 & 0xff) + "." + (number & 0xff);
  }

  static Pools of(String text) {
    String[] numbers = text.split(":", -1);
    return new Pools(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
  }

  @Override
  public String toString() {
    return large + ":" + each;
  }
}
