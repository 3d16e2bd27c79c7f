// The part of .ci/accessibility that drives the browser: MODULES BROWSER PAGE [DIRECTORY].
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, browserPath, page, shots] = process.argv.slice(2);
const require = createRequire(join(modules, "here.js"));
const axe = require("axe-core");
const puppeteer = await import(pathToFileURL(require.resolve("puppeteer-core")));

const VIEWS = [
  { name: "wide", width: 1280, height: 900, media: "screen" },
  { name: "narrow", width: 360, height: 740, media: "screen" },
  { name: "paper", width: 794, height: 1123, media: "print" },
];
const GRAVE = ["serious", "critical"];
const address = pathToFileURL(page).href;
let failures = 0;

const say = (view, ...words) => console.log(`${view.name.padEnd(6)}  ${words.join("  ")}`);
const fail = (view, ...words) => {
  failures += 1;
  say(view, ...words);
};

async function look(browser, view) {
  const tab = await browser.newPage();
  tab.on("request", (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith("data:")) fail(view, "request", url);
  });
  tab.on("console", (message) => {
    if (message.type() === "error") fail(view, "console", message.text());
  });
  tab.on("pageerror", (error) => fail(view, "console", String(error)));
  await tab.setViewport({ width: view.width, height: view.height });
  await tab.emulateMediaType(view.media);
  await tab.goto(address, { waitUntil: "load" });
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
  if (view.media === "screen" && wide > view.width) {
    fail(view, "serious", "reflow", `the page is ${wide} pixels wide`);
  }
  if (shots) {
    await tab.screenshot({ path: join(shots, `${view.name}.png`), fullPage: true });
  }
  await tab.evaluate(axe.source);
  const found = await tab.evaluate(() => globalThis.axe.run(document));
  for (const { impact, id, help, nodes } of found.violations) {
    for (const node of nodes) {
      const words = [impact, id, node.target.join(" "), help];
      GRAVE.includes(impact) ? fail(view, ...words) : say(view, ...words);
    }
  }
  for (const { id, nodes } of found.incomplete) {
    say(view, "undecided", id, `${nodes.length} to look at, such as ${nodes[0].target.join(" ")}`);
  }
  say(view, `${found.passes.length} rules passed`);
  await tab.close();
}

const browser = await puppeteer.launch({
  executablePath: browserPath,
  args: [
    "--disable-background-networking",
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ],
});
try {
  for (const view of VIEWS) await look(browser, view);
} finally {
  await browser.close();
}
console.log(failures ? `${failures} failures` : "nothing serious");
process.exitCode = failures ? 1 : 0;
