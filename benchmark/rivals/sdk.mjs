// The vendor's official JavaScript SDK fetches a details job's results.
//
// Called like sdk.py.

import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import platformClient from 'purecloud-platform-client-v2';

function connect(url) {
  const { hostname, port } = new URL(url);
  const client = platformClient.ApiClient.instance;
  client.config.live_reload_config = false;
  client.config.setGateway({ host: hostname, port: Number(port), protocol: 'http' });
  client.setAccessToken('token');
}

async function* records(organization, count) {
  connect(organization.api_url);
  const api = new platformClient.ConversationsApi();
  const options = { pageSize: 1000 };
  while (count > 0) {
    const page = await api.getAnalyticsConversationsDetailsJobResults(organization.identity, options);
    yield* page.conversations.slice(0, count);
    count -= page.conversations.length;
    if (!page.cursor) return;
    options.cursor = page.cursor;
  }
}

function peakKb() {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'ascii'))[1]);
}

async function measure([what, count, file]) {
  const organization = JSON.parse(readFileSync(0, 'utf8'));
  const began = performance.now();
  const used = process.cpuUsage();
  let done = 0;
  if (what === 'fingerprint') {
    for await (const record of records(organization, Number(count))) {
      createHash('sha256').update(JSON.stringify(record)).digest();
      done += 1;
    }
  } else {
    const out = openSync(file, 'w');
    let lines = [];
    for await (const record of records(organization, Number(count))) {
      lines.push(JSON.stringify(record), '\n');
      done += 1;
      if (lines.length >= 200) {
        writeSync(out, lines.join(''));
        lines = [];
      }
    }
    writeSync(out, lines.join(''));
    closeSync(out);
  }
  const { user, system } = process.cpuUsage(used);
  console.log(JSON.stringify({
    records: done,
    seconds: (performance.now() - began) / 1000,
    processor_s: (user + system) / 1e6,
    peak_kb: peakKb(),
  }));
}

if (process.argv[2] === 'first') {
  connect(process.argv[3]);
  await new platformClient.UsersApi().getUsers();
} else {
  await measure(process.argv.slice(2));
}
process.exit(0);
