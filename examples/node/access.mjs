// TLS and tokens, for both programs: the flags, and what they make of a call. Files are read anew
// for each connection, so that what is exchanged there counts.
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";

// A subchannel pool of its own: gRPC's back-off (up to 2 min) must not outlive the channel.
const OPTIONS = { "grpc.use_local_subchannel_pool": 1, "grpc.enable_http_proxy": 0 };

// For parseArgs.
export const flags = {
  tls: { type: "boolean", default: false }, // trusts what node trusts; implied by the next ones
  ...Object.fromEntries(["tls-ca", "tls-client-cert", "tls-client-key", "token", "token-from"]
    .map((name) => [name, { type: "string" }])),
};

// A file that cannot be read right now says what it said before.
const kept = new Map();
function read(path) {
  if (path === undefined) return null;
  try {
    kept.set(path, readFileSync(path));
  } catch (error) {
    if (!kept.has(path)) throw error;
  }
  return kept.get(path);
}

// A client of a service, on a connection of its own.
export function connect(Service, server, values) {
  const files = ["tls-ca", "tls-client-key", "tls-client-cert"].map((name) => values[name]);
  const encrypts = values.tls || files.some((path) => path !== undefined);
  const credentials = encrypts
    ? grpc.credentials.createSsl(...files.map(read)) : grpc.credentials.createInsecure();
  return new Service(server, credentials, OPTIONS);
}

// What a call carries.
export function metadata(values) {
  const carried = new grpc.Metadata();
  const token = read(values["token-from"])?.toString() ?? values.token ?? process.env.PULSEWATCH_TOKEN;
  if (token) carried.set("authorization", `Bearer ${token.trim()}`);
  return carried;
}
