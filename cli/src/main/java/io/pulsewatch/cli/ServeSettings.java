package io.pulsewatch.cli;

import io.pulsewatch.cli.config.Configuration;
import io.pulsewatch.cli.config.Key;
import io.pulsewatch.cli.config.Keys;
import io.pulsewatch.cli.config.Origin;
import io.pulsewatch.cli.config.Setting;
import io.pulsewatch.server.Hook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The defaults of {@code serve}'s options as a file and the environment say them. Immutable.
 *
 * <p>Each long option is a key: what is added to {@code serve} can be configured without a word
 * here. A value is checked by parsing the option with it, so that a file is held to what the
 * command line is held to. picocli asks for a default only after it has read the command line; it
 * is still told nothing for an option that is there, for it would turn a flag around whose default
 * is on.
 */
final class ServeSettings implements IDefaultValueProvider {
  /** Nothing was said but what is on the command line. */
  static final ServeSettings NONE =
      new ServeSettings(Configuration.NONE, List.of(), Origin.DEFAULT, null);

  static final String CONFIG = "config";
  private static final String LOG_FORMAT = "--log-format";

  private static final String FILE_NAME = "pulsewatch.yaml";
  private static final Pattern PARSER_PREFIX =
      Pattern.compile("^Invalid value for option '[^']*'(?: \\([^)]*\\))?: ");

  private final Configuration configuration;
  private final List<Hook> hooks;
  private final Origin fileOrigin;
  private final @Nullable Path file;

  private ServeSettings(
      Configuration configuration, List<Hook> hooks, Origin fileOrigin, @Nullable Path file) {
    this.configuration = configuration;
    this.hooks = List.copyOf(hooks);
    this.fileOrigin = fileOrigin;
    this.file = file;
  }

  /** Makes {@code serve} with everything that can be said to it. */
  static CommandLine command(Surroundings surroundings) {
    CommandLine serve = new CommandLine(new ServeCommand(surroundings));
    serve
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("--" + CONFIG)
                .paramLabel("FILE")
                .type(Path.class)
                .arity("1")
                .description(
                    "Settings, as YAML: each option is a key. The environment is over it, and"
                        + " options are over both (default: pulsewatch/"
                        + FILE_NAME
                        + " in the user's config home, if it exists).")
                .build());
    LimitOptions.addTo(serve.getCommandSpec());
    return serve;
  }

  /** The keys: one for each long option. */
  static Keys keys(CommandSpec serve) {
    List<Key> keys = new ArrayList<>();
    for (OptionSpec option : serve.options()) {
      if (!option.usageHelp()) {
        keys.add(
            new Key(
                key(option),
                option.isMultiValue(),
                option.auxiliaryTypes()[0] == Path.class,
                !key(option).equals(CONFIG)));
      }
    }
    List<Set<String>> exclusive = new ArrayList<>();
    for (ArgGroupSpec group : serve.argGroups()) {
      if (group.exclusive()) {
        exclusive.add(group.options().stream().map(ServeSettings::key).collect(Collectors.toSet()));
      }
    }
    return new Keys(keys, exclusive, Map.of(HookBlocks.KEY, HookBlocks.keys()));
  }

  static String key(OptionSpec option) {
    return option.longestName().substring(2);
  }

  /**
   * Reads what holds for a command line that is parsed.
   *
   * @param command the command that is meant
   * @return what holds, with its faults; nothing if the command is not configured
   */
  static ServeSettings of(ParseResult command, Surroundings surroundings) {
    OptionSpec config = command.commandSpec().findOption("--" + CONFIG);
    if (config == null || command.isUsageHelpRequested()) {
      return NONE;
    }
    Set<String> flagged = new HashSet<>();
    command.matchedOptions().forEach(each -> flagged.add(key(each)));
    Path said = config.getValue();
    String variable = surroundings.environment().getOrDefault(Keys.variable(CONFIG), "").strip();
    if (said != null) {
      return read(surroundings, said, Origin.flag(config.longestName()), flagged);
    }
    if (!variable.isEmpty()) {
      return read(surroundings, Path.of(variable), Origin.variable(Keys.variable(CONFIG)), flagged);
    }
    Path home = surroundings.configHome();
    Path usual = home == null ? null : home.resolve("pulsewatch").resolve(FILE_NAME);
    return read(
        surroundings, usual != null && Files.exists(usual) ? usual : null, Origin.DEFAULT, flagged);
  }

  /** Reads a file alone, as if nothing else was said. */
  static ServeSettings ofFile(Path file, Surroundings surroundings) {
    return read(surroundings.withoutEnvironment(), file, Origin.DEFAULT, Set.of());
  }

  private static ServeSettings read(
      Surroundings surroundings, @Nullable Path file, Origin origin, Set<String> flagged) {
    CommandLine trial = Cli.prepared(command(surroundings));
    Function<Setting, @Nullable String> check = setting -> fault(trial, setting);
    Configuration read =
        Configuration.read(
            keys(trial.getCommandSpec()), file, surroundings.environment(), flagged, check);
    return new ServeSettings(read, List.of(), origin, file);
  }

  /**
   * The same with the hooks of the file, and with their faults. Looks into the files that they
   * name, by classes of the server: one that is to run has its log chosen before ({@link Logging}).
   */
  ServeSettings withHooks() {
    HookBlocks read = HookBlocks.of(configuration.blocks());
    return new ServeSettings(configuration.with(read.faults()), read.hooks(), fileOrigin, file);
  }

  /** How the log of a server is to look, as far as it was said well. */
  Logging.Format logFormat(ParseResult parsed) {
    if (parsed.hasMatchedOption(LOG_FORMAT)) {
      return parsed.matchedOptionValue(LOG_FORMAT, Logging.Format.TEXT);
    }
    Setting setting = configuration.find(LOG_FORMAT.substring(2));
    return setting != null && setting.text().equalsIgnoreCase(Logging.Format.JSON.toString())
        ? Logging.Format.JSON
        : Logging.Format.TEXT;
  }

  /** What is wrong with the value, in the words of the command line; null: nothing. */
  private static @Nullable String fault(CommandLine trial, Setting setting) {
    try {
      trial.parseArgs("--" + setting.key() + "=" + setting.text());
      return null;
    } catch (ParameterException e) {
      return PARSER_PREFIX
          .matcher(String.valueOf(e.getMessage()))
          .replaceFirst("")
          .replace(" is not a boolean", " (expected: true, false)");
    }
  }

  Configuration configuration() {
    return configuration;
  }

  /** The hooks of the file. */
  List<Hook> hooks() {
    return hooks;
  }

  /** The file that was read; null: none. */
  @Nullable Path file() {
    return file;
  }

  /** Who named the file. */
  Origin fileOrigin() {
    return fileOrigin;
  }

  /** Fails with the first fault, if there is one. */
  void refuseFaults() {
    var faults = configuration.faults();
    if (!faults.isEmpty()) {
      String more =
          faults.size() == 1
              ? ""
              : " (and "
                  + (faults.size() - 1)
                  + (file == null ? " more)" : " more: pulsewatch config check " + file + ")");
      throw CommandException.usage(faults.get(0) + more);
    }
  }

  /** Adds to a message who said the options that it names, where that was not the command line. */
  String explained(String message) {
    StringBuilder text = new StringBuilder(message);
    for (Setting setting : configuration.settings()) {
      String option = "--" + setting.key();
      if (Pattern.compile(Pattern.quote(option) + "(?![\\w.-])").matcher(message).find()) {
        text.append(" (").append(option).append(" is from ").append(setting.origin()).append(')');
      }
    }
    return text.toString();
  }

  /** Where the value of an option comes from. */
  Origin origin(OptionSpec option, ParseResult parsed) {
    if (parsed.hasMatchedOption(option)) {
      return Origin.flag(option.longestName());
    }
    if (key(option).equals(CONFIG)) {
      return fileOrigin;
    }
    Setting setting = configuration.find(key(option));
    return setting == null ? Origin.DEFAULT : setting.origin();
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option) || !option.longestName().startsWith("--")) {
      return null;
    }
    Setting setting = configuration.find(key(option));
    // picocli would look for variables of its own in it.
    return setting == null ? null : setting.text().replace("${", "$${");
  }
}
