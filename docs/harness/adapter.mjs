// An adapter for Tencent Cloud FaceID behind the contract harness's JSON lines, in Node 18 or newer:
//   kyc-sim contract test --provider tencent --exec "node docs/harness/adapter.mjs" --operation BankCardVerification
// It speaks the three bank card checks; other actions name the members of a claim otherwise.
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

// What each code means is data; an adapter of yours brings its own.
const { rows } = JSON.parse(readFileSync(new URL("../../contracts/outcomes/tencent.json", import.meta.url)));
const wire = { name: "Name", resident_id: "IdCard", bank_card: "BankCard", mobile: "Phone" };
const sha = (text) => createHash("sha256").update(text).digest("hex");
const mac = (key, text) => createHmac("sha256", key).update(text).digest();

function sign({ secret_id, secret_key }, host, body, now) {
  const date = new Date(now * 1000).toISOString().slice(0, 10), scope = `${date}/faceid/tc3_request`;
  const canonical = `POST\n/\n\ncontent-type:application/json\nhost:${host}\n\ncontent-type;host\n${sha(body)}`;
  const key = ["faceid", "tc3_request"].reduce(mac, mac(`TC3${secret_key}`, date));
  const signature = mac(key, `TC3-HMAC-SHA256\n${now}\n${scope}\n${sha(canonical)}`).toString("hex");
  return `TC3-HMAC-SHA256 Credential=${secret_id}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`;
}

async function check({ endpoint, credentials }, operation, claim) {
  const body = JSON.stringify(Object.fromEntries(Object.entries(claim).map(([name, value]) => [wire[name], value])));
  const now = Math.floor(Date.now() / 1000), Authorization = sign(credentials, new URL(endpoint).host, body, now);
  const headers = { Authorization, "Content-Type": "application/json", "X-TC-Action": operation,
    "X-TC-Version": "2018-03-01", "X-TC-Timestamp": `${now}` };
  const answer = await fetch(endpoint, { method: "POST", headers, body, redirect: "error" });
  const text = await answer.text(), { Response } = JSON.parse(text);
  const code = Response.Error?.Code ?? Response.Result;
  const kind = Response.Error ? "error" : "result";
  const row = rows.find((row) => row.kind === kind && row.code === code && [operation, "*"].includes(row.operation));
  const whole = answer.status === 200 && Response.RequestId && !(Response.Error && "Result" in Response);
  // JSON.parse keeps the last of two members of one name; who has two of the one that decides is not believed.
  if (!whole || typeof code !== "string" || !row || text.split('"Result"').length > 2) throw new Error("unreadable");
  return { type: "result", verdict: row.verdict, billed: row.billed, retry: row.retry, provider_code: code };
}

let start;
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const answer = message.type === "start" ? ((start = message), { type: "ready" })
    : { id: message.id, ...(await check(start, message.operation, message.claim).catch((error) =>
        ({ type: "error", fault: error.name, told: error.message }))) };
  console.log(JSON.stringify(answer));
}
