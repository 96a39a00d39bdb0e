// Walks steps in Firefox: reads them as JSON from standard input, tells faults and costs as JSON. See firefox.py.
import { createRequire } from "node:module";
import process from "node:process";

const order = JSON.parse(await new Response(process.stdin).text());
const puppeteer = createRequire(order.modules)("puppeteer-core");
const browser = await puppeteer.launch({ browser: "firefox", executablePath: order.firefox, headless: true });
const page = await browser.newPage();
const faults = [], cost = { clicks: 0, keys: 0, pages: 0 };
let signedIn = false;
page.setDefaultTimeout(order.patience);
page.on("pageerror", (error) => faults.push(`script error: ${error.message}`));
page.on("console", (said) => ["error", "warn"].includes(said.type()) && faults.push(`console: ${said.text()}`));
page.on("request", (asked) => asked.url().startsWith(order.url) || asked.url().startsWith("data:")
  || faults.push(`another host: ${asked.url()}`));
page.on("framenavigated", () => { if (signedIn) cost.pages += 1; });

const found = (what) => page.waitForSelector(
  what.startsWith("css:") ? what.slice(4) : `::-p-aria(${what})`, { visible: true });
const acts = {
  press: async (what) => { cost.clicks += 1; await (await found(what)).click(); },
  go: async (what) => {
    const target = await found(what);
    cost.clicks += 1;
    await Promise.all([page.waitForNavigation(), target.click()]);
  },
  list: async (what, ...letters) => { cost.clicks += 1; await (await found(what)).focus(); await acts.keys(...letters); },
  write: (words) => page.keyboard.type(words),
  keys: async (...names) => { for (const one of names) { cost.keys += 1; await page.keyboard.press(one); } },
  enter: async () => { cost.keys += 1; await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]); },
  file: async (what) => {
    const target = await found(what);
    cost.clicks += 1;
    const [answer] = await Promise.all([
      page.waitForResponse((one) => /^attachment/.test(one.headers()["content-disposition"] ?? "")), target.click()]);
    if (answer.status() !== 200) faults.push(`a file with status ${answer.status()}`);
  },
};

try {
  await page.goto(`${order.url}/login`);
  await acts.press("css:[name=username]");
  await acts.write(order.who);
  await acts.keys("Tab");
  await acts.write(order.passphrase);
  await acts.enter();
  await page.goto(order.url + order.begins);
  Object.assign(cost, { clicks: 0, keys: 0, pages: 0 });
  signedIn = true;
  for (const [act, ...words] of order.steps) await acts[act](...words);
} catch (error) {
  faults.push(`${error.message.split("\n")[0]} on ${page.url()}`);
}
process.stdout.write(JSON.stringify({ faults, cost, version: await browser.version() }));
await browser.close();
