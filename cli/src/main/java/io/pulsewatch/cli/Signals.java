package io.pulsewatch.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signals of the operating system. Thread-safe.
 *
 * <p>The JDK has no public way to hear of a signal: a shutdown hook learns of an end, not which
 * signal asked for it, and cannot let the process live on. {@code sun.misc.Signal} of the module
 * jdk.unsupported is what it leaves for this. It is reached by reflection, here and nowhere else,
 * because javac warns of it in a way that nothing silences, and our warnings are errors.
 */
final class Signals {

  private Signals() {}

  /**
   * Calls the action, on a thread of the JVM, whenever the signal comes. A signal that was ignored
   * when the process started (as nohup does, and shells without job control do for {@code INT})
   * stays ignored, and one that this machine does not have never comes.
   *
   * @param name without SIG, such as {@code TERM}
   */
  static void on(String name, Consumer<String> action) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object signal = signals.getConstructor(String.class).newInstance(name);
      Object ignore = handlers.getField("SIG_IGN").get(null);
      var handle = signals.getMethod("handle", signals, handlers);
      if (handle.invoke(null, signal, handler(handlers, () -> action.accept(name))) == ignore) {
        handle.invoke(null, signal, ignore);
      }
    } catch (InvocationTargetException unknownHereOrTakenByTheJvm) {
      // It never comes.
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java lacks the module jdk.unsupported", e);
    }
  }

  private static Object handler(Class<?> handlers, Runnable action) {
    InvocationHandler calls =
        (self, method, args) ->
            switch (method.getName()) {
              case "handle" -> {
                action.run();
                yield null;
              }
              case "equals" -> self == args[0];
              case "hashCode" -> System.identityHashCode(self);
              default -> "handler";
            };
    return Proxy.newProxyInstance(handlers.getClassLoader(), new Class<?>[] {handlers}, calls);
  }
}
