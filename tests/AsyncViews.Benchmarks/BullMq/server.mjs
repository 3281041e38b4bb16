// The form's POST with Express, a queue of BullMQ on a Redis of its own that syncs once a second, and a worker in the same process.
// Argument: a folder for Redis's log and socket. Ends when its standard input does.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import express from "express";
import { Queue, Worker } from "bullmq";

const folder = process.argv[2];
const path = `${folder}/redis.sock`;
const redis = spawn("redis-server", ["--port", "0", "--unixsocket", path, "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec"], { stdio: "ignore" });
const connection = { path };
const queue = new Queue("work", { connection });
let runs = 0;
const worker = new Worker("work", async () => { runs++; }, { connection, concurrency: 20 });
// Until Redis listens, they try again.
for (const part of [queue, worker])
  part.on("error", () => {});
await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);

// The processor time of Redis counts: it is what the store is on the other side. A tick is a hundredth of a second.
function redisMilliseconds() {
  const fields = readFileSync(`/proc/${redis.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const app = express();
app.use(express.urlencoded({ extended: false }));
app.post("/work", async (request, response) => {
  const { "Input.Name": name, "Input.Number": number } = request.body;
  if (!name || name.length > 100 || !(Number(number) >= 0))
    return response.sendStatus(400);
  await queue.add("work", { name, number }, { removeOnComplete: true });
  response.redirect(302, "/done");
});
app.get("/statistics", (_, response) => {
  const { user, system } = process.cpuUsage();
  response.json({ cpuMilliseconds: (user + system) / 1000 + redisMilliseconds(), runs });
});
const server = app.listen(0, "127.0.0.1", () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  console.log(`${address} ${address}`);
});

process.stdin.resume().on("end", () => {
  redis.kill();
  process.exit(0);
});
