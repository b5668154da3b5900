// Calls a service that Pulsewatch knows, balanced over those who are well.
//
//   pulsewatch xds-bootstrap -o bootstrap.json
//   GRPC_XDS_BOOTSTRAP=bootstrap.json node balanced.mjs --target xds:///orders
//
// What to copy is register() and the client.
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import { register } from "@grpc/grpc-js-xds";
import protobuf from "protobufjs";

register(); // xds:///

const { root } = protobuf.parse(`syntax = "proto3"; message StringValue { string value = 1; }`);
const text = root.lookupType("StringValue");
const write = (value) => Buffer.from(text.encode({ value }).finish());
const read = (bytes) => text.decode(bytes).value;

const { values } = parseArgs({
  options: {
    target: { type: "string", default: "xds:///orders" },
    every: { type: "string", default: "0.02" }, // seconds between two calls
  },
});
const client = new grpc.Client(values.target, grpc.credentials.createInsecure());
let answers = new Map();

function call() {
  const started = Date.now();
  client.makeUnaryRequest("/demo.Who/Ask", write, read, "", { deadline: started + 5000 }, (error, name) => {
    if (error) {
      console.log(`FAILED started=${(started / 1e3).toFixed(6)} code=${grpc.status[error.code]} ${error.details}`);
    } else {
      answers.set(name, (answers.get(name) ?? 0) + 1);
    }
  });
}

function tell() {
  const words = [...answers].sort().map(([name, n]) => `${name}=${n}`);
  answers = new Map();
  console.log(`ANSWERED ${words.join(" ")}`);
}

setInterval(call, 1e3 * Number(values.every));
setInterval(tell, 500);
