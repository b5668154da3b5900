// Keeps one instance alive at a Pulsewatch server. Sender is what to copy; the end shows its use.
// It runs on the event loop of the service on purpose: a loop that hangs is told as silence, a slow
// one as `late`. A worker thread would go on beating for a service that hangs.
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import protobuf from "protobufjs";
import { connect, flags, metadata } from "./access.mjs";

const protos = new URL("../../proto/src/main/proto", import.meta.url).pathname;
const { pulsewatch } = grpc.loadPackageDefinition(protoLoader.loadSync(
  "pulsewatch/v1/heartbeat.proto", { includeDirs: [protos], longs: String }));
const { root: rpc } = protobuf.parse(`syntax = "proto3";
  message Status { repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
  message RetryInfo { Duration retry_delay = 1; } message ErrorInfo { string reason = 1; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }`);
const FATAL = ["INVALID_ARGUMENT", "PERMISSION_DENIED", "ABORTED"];

// Instants are milliseconds of the monotonic clock, durations are milliseconds.
const now = () => Number(process.hrtime.bigint()) / 1e6;
const millis = (duration) => Number(duration?.seconds ?? 0) * 1e3 + (duration?.nanos ?? 0) / 1e6;
const duration = (ms) => ({ seconds: Math.floor(ms / 1e3), nanos: Math.floor((ms % 1e3) * 1e6) });

class Sender {
  expired = false; // the fence has passed: a service stops the work that needs its name
  status = "STATUS_SERVING"; // goes out with the next heartbeat
  #incarnation; #interval = 0; #origin = 0; #slot = 0; // k is due at origin + k * interval
  #budget = 0; #patience = 5000; // a connection that owes an answer for so long is given up
  #fence = 0; #heard = 0; #sent = 0; #comeback = 0; #attempts = 0;
  #client; #call; #busy; #leaving = false; #timers = new Map();

  // Beats from now on. `done` gets an exit code: after leave(), or an end that no retry can mend.
  constructor(server, access, register, tell, done) {
    Object.assign(this, { server, access, tell, done, register: { ...register, processId: randomUUID() } });
    this.#connect();
  }

  leave() {
    this.#leaving = true;
    this.#cancel("beat", "fence", "connect");
    if (!this.#call && !this.register.sessionToken) return this.#finish(0); // nobody waits for us
    if (!this.#call) this.#connect();
    this.#call.end({ leave: { reason: "stopping" } });
    this.#at("giveUp", now() + 1000, () => this.#onEnd("SILENT", "no answer to leave"));
  }

  #connect() {
    this.#sent = this.#heard = now();
    this.#client = connect(pulsewatch.v1.HeartbeatService, this.server, this.access);
    const call = (this.#call = this.#client.Heartbeat(metadata(this.access)));
    this.#busy = null;
    call.on("data", (response) => call === this.#call && this.#onResponse(response));
    call.on("error", () => {}); // "status" tells more
    call.on("status", ({ code, details, metadata }) => call === this.#call
      && this.#onEnd(grpc.status[code], details, attached(metadata)));
    this.#write({ register: { ...this.register, status: this.status } });
    this.#awaitAnswer(this.#heard + 1.5 * this.#patience);
  }

  // Takes a message only when the transport has taken the one before: none is ever queued.
  #write(message) {
    if (this.#busy) return;
    const call = this.#busy = this.#call;
    call.write(message, () => { if (call === this.#busy) this.#busy = null; });
  }

  #awaitAnswer(sent) { // TCP would take minutes to say that nobody is there
    const until = Math.max(this.#heard + this.#patience, sent + this.#patience / 2);
    this.#at("giveUp", until, () => this.#onEnd("SILENT", "the connection gives no answer"));
  }

  #beat(due) {
    const at = now();
    const sequence = this.#slot = Math.floor((at - this.#origin) / this.#interval); // skips some
    this.#write({ heartbeat: {
      sequence, sentMonotonicNanos: process.hrtime.bigint().toString(), status: this.status,
      sentAt: duration(Date.now()), late: duration(at - due) } });
    // Our own pause proves no silence of the server.
    if (!this.#timers.has("giveUp") || at - due > this.#interval) this.#awaitAnswer(at);
    this.#schedule(at);
  }

  #schedule(at) {
    const slot = Math.floor((at - this.#origin) / this.#interval) + 1;
    const due = this.#origin + slot * this.#interval;
    this.#at("beat", due, () => this.#beat(due));
  }

  #onResponse({ registered, ack, goodbye, rejected }) {
    this.#heard = now();
    if (!this.#leaving) this.#cancel("giveUp");
    if (registered) this.#onRegistered(registered);
    if (rejected) this.tell(`REJECTED ${rejected.reason} ${rejected.description}`);
    if (goodbye) this.#comeback = this.#heard + millis(goodbye.reconnectAfter)
      + Math.random() * millis(goodbye.spread);
    if (ack) {
      this.#attempts = 0;
      if (ack.stretch) this.#liveBy(ack.stretch, this.#slot); // it is overloaded: beat less often
      this.#renew(Number(ack.sentMonotonicNanos) / 1e6, ack.expiresIn);
    }
  }

  #onRegistered({ incarnation, resumed = false, sessionToken, lastSequence, ...grant }) {
    this.tell(`REGISTERED incarnation=${incarnation} resumed=${resumed}`);
    if (incarnation !== this.#incarnation)
      [this.#incarnation, this.#fence, this.#interval, this.expired] = [incarnation, 0, 0, false];
    this.register.sessionToken = sessionToken;
    this.#liveBy(grant, lastSequence ?? 0);
    this.#renew(this.#sent, grant.expiresIn);
  }

  #liveBy({ resumeWindow, ...terms }, lastSlot) {
    const interval = millis(terms.interval), timeout = millis(terms.timeout);
    if (interval !== this.#interval) this.#origin = this.#heard - lastSlot * interval;
    this.#interval = interval;
    this.#budget = Math.min(timeout, millis(resumeWindow));
    this.#patience = this.#budget ? Math.max(1.5 * interval, this.#budget / 3) : timeout;
    if (!this.#leaving) this.#schedule(this.#heard);
  }

  // The fence counts from when we sent what the server heard: so we always know first.
  #renew(sent, expiresIn) {
    if (!expiresIn) return;
    this.#fence = Math.max(this.#fence, sent + millis(expiresIn));
    if (this.expired && this.#fence > this.#heard) {
      this.expired = false;
      this.tell("RESTORED");
    }
    this.#at("fence", this.#fence, () => this.#expire());
  }

  #expire() {
    if (!this.expired) this.tell("EXPIRED");
    this.expired = true;
  }

  #onEnd(code, details, { wait = 0, replaced = false } = {}) {
    this.#cancel("beat", "giveUp");
    this.#client.close(); // no cancel(): node half-closes before it resets, and that is a goodbye
    this.#call = null;
    if (this.#leaving || (FATAL.includes(code) && !replaced)) { // by a late register of ours
      this.tell(`ENDED code=${code} ${details}`);
      return this.#finish(this.#leaving ? 0 : 4);
    }
    if (code === "NOT_FOUND") { // the session is over: a new incarnation, without the token
      delete this.register.sessionToken;
      this.#expire();
    }
    const cap = Math.min(this.expired ? 15000 : 1000, this.#budget / 3 || 15000);
    if (this.#attempts++) wait += Math.random() * Math.min(cap, 25 * 2 ** this.#attempts);
    wait = Math.max(wait, this.#comeback - now());
    this.tell(`ENDED code=${code} retry_in=${(wait / 1e3).toFixed(3)} ${details}`);
    this.#at("connect", now() + wait, () => this.#connect());
  }

  #finish(code) {
    this.#cancel(...this.#timers.keys());
    this.done(code);
  }

  #at(name, when, run) {
    this.#cancel(name);
    const wait = Math.max(0, Math.ceil(when - now()));
    this.#timers.set(name, setTimeout(() => {
      if (now() < when) return this.#at(name, when, run); // node's timers may be 1 ms early
      this.#timers.delete(name);
      run();
    }, wait));
  }

  #cancel(...names) {
    for (const name of names) {
      clearTimeout(this.#timers.get(name));
      this.#timers.delete(name);
    }
  }
}

// What the server attached to a status: its RetryInfo as `wait`, or that it was `replaced`.
function attached(metadata) {
  const [bytes] = metadata.get("grpc-status-details-bin");
  const details = bytes ? rpc.lookupType("Status").decode(bytes).details : [];
  const info = (type) => rpc.lookupType(type).decode(
    details.find(({ typeUrl }) => typeUrl.endsWith(`.${type}`))?.value ?? new Uint8Array());
  const replaced = info("ErrorInfo").reason === "STREAM_REPLACED";
  return { wait: millis(info("RetryInfo").retryDelay), replaced };
}

const { values } = parseArgs({ options: { ...flags, ...Object.fromEntries(
  ["server", "service", "instance", "interval", "timeout", "resume-window"]
    .map((name) => [name, { type: "string" }])) } });
const wish = (seconds) => seconds === undefined ? undefined : duration(seconds * 1e3);
const sender = new Sender(values.server, values, {
  instance: { service: values.service, instanceId: values.instance },
  interval: wish(values.interval), timeout: wish(values.timeout),
  resumeWindow: wish(values["resume-window"]),
}, console.log, process.exit);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => sender.leave());
