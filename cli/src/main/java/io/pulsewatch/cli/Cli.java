package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands as one tree, and how every failure is told: one line, one code. Immutable. */
final class Cli {
  private static final int HELP_WIDTH = 100;

  private Cli() {}

  /** Runs one command and returns its exit code. */
  static int run(Surroundings surroundings, String... args) {
    CommandLine line = prepared(tree(surroundings));
    line.setOut(writer(surroundings.out()));
    line.setErr(writer(surroundings.err()));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(surroundings.colour() ? Ansi.ON : Ansi.OFF));
    line.setUsageHelpWidth(HELP_WIDTH);
    // Arguments of a wrapped command are nobody's files, quotes or business.
    line.setExpandAtFiles(false);
    ServeSettings settings = configure(line, surroundings, args);
    line.setExecutionStrategy(
        parsed -> {
          refuseMisplaced(parsed);
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setParameterExceptionHandler((e, args_) -> usage(surroundings, e));
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(surroundings, settings, e));
    try {
      settings.refuseFaults();
    } catch (CommandException e) {
      return failed(surroundings, settings, e);
    }
    int exitCode = line.execute(args);
    surroundings.out().flush();
    return exitCode;
  }

  /** Teaches the line, and all below it, the types of our options. */
  static CommandLine prepared(CommandLine line) {
    line.registerConverter(Duration.class, new DurationConverter());
    registerWords(line, Format.class);
    registerWords(line, StateName.class);
    registerWords(line, OverrideSetCommand.Kind.class);
    registerWords(line, ServeCommand.Switch.class);
    registerWords(line, Logging.Format.class);
    registerWords(line, ReplayCommand.ProfileName.class);
    return line;
  }

  /** Reads the file and the environment for the command that is meant, if it is configured. */
  private static ServeSettings configure(
      CommandLine line, Surroundings surroundings, String... args) {
    ParseResult parsed;
    try {
      parsed = line.parseArgs(args);
    } catch (ParameterException e) {
      // It is told where the command is executed.
      return ServeSettings.NONE;
    }
    while (parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    ServeSettings values = ServeSettings.of(parsed, surroundings);
    if (values == ServeSettings.NONE) {
      return values;
    }
    if (!(parsed.commandSpec().userObject() instanceof ServeCommand serve)) {
      return provided(parsed, values.withHooks());
    }
    Logging.chooseForServer(values.logFormat(parsed));
    ServeSettings settings = provided(parsed, values.withHooks());
    serve.withHooks(settings.hooks());
    return settings;
  }

  private static ServeSettings provided(ParseResult parsed, ServeSettings settings) {
    parsed.commandSpec().defaultValueProvider(settings);
    return settings;
  }

  /** The commands, each with what it needs. */
  static CommandLine tree(Surroundings surroundings) {
    PulsewatchCommand root = new PulsewatchCommand(surroundings);
    CommandLine override = new CommandLine(new OverrideCommand());
    override.addSubcommand(new OverrideSetCommand(surroundings, root));
    override.addSubcommand(new OverrideClearCommand(surroundings, root));
    CommandLine config = new CommandLine(new ConfigCommand());
    config.addSubcommand(ConfigPrintCommand.command(surroundings, root));
    config.addSubcommand(new ConfigCheckCommand(surroundings));
    CommandLine hooks = new CommandLine(new HooksCommand());
    hooks.addSubcommand(new HooksListCommand(surroundings, root));
    hooks.addSubcommand(new HooksTestCommand(surroundings, root));
    hooks.addSubcommand(new HooksReplayCommand(surroundings, root));
    RolesCommand roles = new RolesCommand(surroundings, root);
    CommandLine rolesLine = new CommandLine(roles);
    rolesLine.addSubcommand(new HandOverCommand(surroundings, roles));
    CommandLine token = new CommandLine(new TokenCommand());
    token.addSubcommand(new TokenCreateCommand(surroundings));
    CommandLine beat = new CommandLine(new BeatCommand(surroundings, root));
    // What follows the command's name is the command's, with or without `--`.
    beat.setStopAtPositional(true);
    CommandLine line = new CommandLine(root);
    List.of(
            ServeSettings.command(surroundings),
            beat,
            new WatchCommand(surroundings, root),
            new ListCommand(surroundings, root),
            new ServicesCommand(surroundings, root),
            new GetCommand(surroundings, root),
            new ExplainCommand(surroundings, root),
            new HistoryCommand(surroundings, root),
            override,
            rolesLine,
            new RemoveCommand(surroundings, root),
            new StateCommand(surroundings, root),
            new DrainCommand(surroundings, root),
            new AckCommand(surroundings, root),
            hooks,
            token,
            new XdsBootstrapCommand(surroundings, root),
            new RenderCommand(surroundings, root),
            new RecordCommand(surroundings, root),
            new ReplayCommand(surroundings, root),
            config,
            new VersionCommand(surroundings),
            new CompletionCommand(surroundings))
        .forEach(line::addSubcommand);
    addHelp(line);
    return line;
  }

  private static <E extends Enum<E>> void registerWords(CommandLine line, Class<E> type) {
    line.registerConverter(type, new WordConverter<>(type));
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec().usageMessage().sortOptions(false);
    line.getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
    line.getSubcommands().values().forEach(Cli::addHelp);
  }

  /** An option before the command, of which the command knows nothing, would be lost in silence. */
  private static void refuseMisplaced(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandSpec spec = last.commandSpec();
    for (OptionSpec option : parsed.matchedOptions()) {
      if (spec != parsed.commandSpec() && !spec.optionsMap().containsKey(option.longestName())) {
        throw new ParameterException(
            spec.commandLine(), spec.name() + " has no option " + option.longestName());
      }
    }
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, UTF_8), true);
  }

  private static int usage(Surroundings surroundings, ParameterException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      message = unmatched(unmatched, message);
    }
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    surroundings.say(message.replaceAll("\\s*\\R\\s*", " ") + " (see: " + command + " --help)");
    return ExitCodes.USAGE;
  }

  /** A word where a command belongs is an unknown command, whatever picocli calls it. */
  private static String unmatched(UnmatchedArgumentException e, String message) {
    StringWriter hint = new StringWriter();
    UnmatchedArgumentException.printSuggestions(e, new PrintWriter(hint));
    String word = e.getUnmatched().get(0);
    boolean command = !e.getCommandLine().getSubcommands().isEmpty() && !word.startsWith("-");
    return (command ? "unknown command '" + word + "'" : message)
        + (hint.toString().isBlank() ? "" : ". " + hint.toString().strip());
  }

  private static int failed(Surroundings surroundings, ServeSettings settings, Exception failure) {
    if (failure instanceof CommandException told) {
      surroundings.say(settings.explained(told.line()));
      return told.exitCode();
    }
    surroundings.say("a bug in pulsewatch, please report it with what follows: " + failure);
    failure.printStackTrace(surroundings.err());
    return ExitCodes.BUG;
  }
}
