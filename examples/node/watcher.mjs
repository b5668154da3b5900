// Keeps a live view of who is alive, and prints every change. Watcher is what to copy; its `view`
// is whole at every moment, even while a new snapshot comes.
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import protobuf from "protobufjs";
import { connect, flags, metadata } from "./access.mjs";

const protos = new URL("../../proto/src/main/proto", import.meta.url).pathname;
const { pulsewatch } = grpc.loadPackageDefinition(protoLoader.loadSync(
  "pulsewatch/v1/watch.proto", { includeDirs: [protos], longs: String, enums: String }));
const { root: rpc } = protobuf.parse(`syntax = "proto3";
  message Status { repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }`);
const FATAL = ["INVALID_ARGUMENT", "PERMISSION_DENIED"];

const millis = (duration) => Number(duration?.seconds ?? 0) * 1e3 + (duration?.nanos ?? 0) / 1e6;
const duration = (ms) => ({ seconds: Math.floor(ms / 1e3), nanos: Math.floor((ms % 1e3) * 1e6) });
const nameOf = ({ service, instanceId }) => `${service}/${instanceId}`;
// STATE_ALIVE as ALIVE; a value that is newer than the .proto files as its number.
const word = (prefix, value) => String(value ?? "UNSPECIFIED").replace(prefix, "");

class Watcher {
  view = new Map(); // the instances by name
  #fresh; #mode; #client; #call; #silence; #retry; #attempts = 0; #goodbye = 0;

  // Watches from now on. `done` is called with an exit code after an end that no retry can mend.
  constructor(server, access, request, tell, done) {
    Object.assign(this, { server, access, request, tell, done });
    this.patience = 3 * millis(request.bookmarkInterval); // bookmarks come, or nobody is there
    this.#connect();
  }

  stop() {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#call = null;
    this.#client.close();
    this.done(0);
  }

  #connect() {
    this.#client = connect(pulsewatch.v1.WatchService, this.server, this.access);
    const call = (this.#call = this.#client.Watch(this.request, metadata(this.access)));
    call.on("data", (response) => call === this.#call && this.#onResponse(response));
    call.on("error", () => {}); // "status" tells more
    call.on("status", ({ code, details, metadata }) => call === this.#call
      && this.#onEnd(grpc.status[code], details, retryDelay(metadata)));
    this.#listen();
  }

  #listen() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#onEnd("SILENT", "no bookmark came"), this.patience);
  }

  #onResponse(response) {
    const { snapshotBegin, instances, snapshotEnd, changes, bookmark, goodbye } = response;
    this.#listen();
    if (snapshotBegin) {
      this.#fresh = new Map();
      const reason = word("SNAPSHOT_REASON_", snapshotBegin.reason);
      this.tell(`SNAPSHOT ${reason} skipped=${snapshotBegin.skipped ?? 0}`);
    }
    for (const instance of instances?.instances ?? []) {
      this.#fresh.set(nameOf(instance), instance);
      const state = word("STATE_", instance.state);
      this.tell(`= ${nameOf(instance)} ${state} incarnation=${instance.incarnation}`);
    }
    if (snapshotEnd) {
      this.view = this.#fresh;
      this.tell(`SNAPSHOT_END count=${snapshotEnd.count ?? 0}`);
    }
    for (const change of changes?.changes ?? []) this.#onChange(change);
    if (Number(changes?.folded ?? 0) > 0) this.tell(`FOLDED ${changes.folded}`);
    if (bookmark && bookmark.detectorMode !== this.#mode) {
      this.#mode = bookmark.detectorMode;
      this.tell(`MODE ${word("DETECTOR_MODE_", this.#mode)}`);
    }
    if (goodbye) {
      this.#goodbye = millis(goodbye.reconnectAfter) + Math.random() * millis(goodbye.spread);
    }
    if (response.resumeToken) {
      this.request.resumeToken = response.resumeToken;
      this.#attempts = 0;
    }
  }

  #onChange({ revision, instance, previous, cause, evidence, leftView }) {
    const gone = leftView || cause === "CAUSE_REMOVED";
    if (gone) this.view.delete(nameOf(instance));
    else this.view.set(nameOf(instance), instance);
    const before = previous ? word("STATE_", previous.state) : "-";
    const silence = (millis(evidence?.silence) / 1e3).toFixed(3);
    this.tell(`${revision} ${nameOf(instance)} ${before}->${word("STATE_", instance.state)} `
      + `${word("CAUSE_", cause)} silence=${silence} incarnation=${instance.incarnation}`);
  }

  #onEnd(code, details, wait = 0) {
    clearTimeout(this.#silence);
    this.#call.cancel();
    this.#call = null;
    this.#client.close();
    if (FATAL.includes(code)) {
      this.tell(`ENDED code=${code} ${details}`);
      return this.done(4);
    }
    if (code === "OUT_OF_RANGE") delete this.request.resumeToken; // only with failIfCompacted
    if (this.#attempts > 0) wait += Math.random() * Math.min(15000, 50 * 2 ** this.#attempts);
    this.#attempts++; // the first retry is at once, then full jitter
    wait = Math.max(wait, this.#goodbye);
    this.#goodbye = 0;
    this.tell(`ENDED code=${code} retry_in=${(wait / 1e3).toFixed(3)} ${details}`);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }
}

// The RetryInfo that the server attached, or 0.
function retryDelay(metadata) {
  const [bytes] = metadata.get("grpc-status-details-bin");
  const details = bytes ? rpc.lookupType("Status").decode(bytes).details : [];
  const info = details.find(({ typeUrl }) => typeUrl.endsWith("/google.rpc.RetryInfo"));
  return info ? millis(rpc.lookupType("RetryInfo").decode(info.value).retryDelay) : 0;
}

const { values } = parseArgs({ options: {
  ...flags,
  server: { type: "string" },
  services: { type: "string", default: "" }, // names or globs, with commas; all when absent
  bookmarks: { type: "string", default: "5" }, // seconds between bookmarks
  "every-change": { type: "boolean", default: false }, // never fold changes
} });
const watcher = new Watcher(values.server, values, {
  services: values.services.split(",").filter(Boolean),
  bookmarkInterval: duration(values.bookmarks * 1e3),
  delivery: values["every-change"] ? "DELIVERY_EVERY_CHANGE" : "DELIVERY_LATEST",
}, console.log, process.exit);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => watcher.stop());
