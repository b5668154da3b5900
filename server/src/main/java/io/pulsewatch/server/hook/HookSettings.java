package io.pulsewatch.server.hook;

/**
 * One hook as it was configured.
 *
 * @param name it is known by it to the ledger and to operators
 * @param target whom it tells
 * @param selection which changes
 * @param patience how often and how long it tries
 * @param parallel how many instances it is told of at once
 * @param fromBeginning at its first start it begins with the oldest change that is kept, and not
 *     with the next one
 */
public record HookSettings(
    String name,
    Target target,
    Selection selection,
    Patience patience,
    int parallel,
    boolean fromBeginning) {}
