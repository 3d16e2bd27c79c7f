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
const ASKED = 4.5;

// What axe leaves undecided of the contrast of a text: within a chart, scrolled out of sight, or of
// one letter. Each such text is brought into view, and held against what is painted behind it.
function undecided(asked) {
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) =>
    [r, g, b]
      .map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const over = ([r, g, b], share, below) => [r, g, b].map((c, n) => c * share + below[n] * (1 - share));
  const isChart = (element) => element.ownerSVGElement != null;
  function painted(element) {
    const style = getComputedStyle(element);
    if (isChart(element)) {
      if (element.tagName === "text" || style.fill === "none") return null;
      return [channels(style.fill), Number(style.fillOpacity) * Number(style.opacity)];
    }
    const [r, g, b, share = 1] = channels(style.backgroundColor);
    return share === 0 ? null : [[r, g, b], share];
  }
  function ground(element, x, y) {
    const stack = document.elementsFromPoint(x, y);
    const at = stack.findIndex((each) => each === element || element.contains(each));
    let colour = [255, 255, 255];
    for (const each of stack.slice(at < 0 ? 0 : at).reverse()) {
      const paint = painted(each);
      if (paint) colour = over(paint[0], paint[1], colour);
    }
    return colour;
  }
  function held(element) {
    element.scrollIntoView({ block: "center", inline: "center" });
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const ink = channels(isChart(element) ? style.fill : style.color);
    const places = [0.02, 0.25, 0.5, 0.75, 0.98].map((part) => box.left + box.width * part);
    const ratios = places.map((x) => contrast(ink, ground(element, x, box.top + box.height / 2)));
    return Math.min(...ratios);
  }
  return globalThis.axe
    .run(document, { runOnly: ["color-contrast"], elementRef: true })
    .then(({ incomplete }) => {
      const nodes = incomplete.flatMap((rule) => rule.nodes.map((node) => node.element));
      const ratios = nodes.map((element) => [held(element), element.textContent.trim()]);
      return { many: nodes.length, faint: ratios.filter(([ratio]) => !(ratio >= asked)) };
    });
}
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
  const { many, faint } = await tab.evaluate(undecided, ASKED);
  for (const [ratio, text] of faint) {
    fail(view, "serious", "color-contrast", `${ratio.toFixed(2)} to 1: ${text}`);
  }
  say(view, `contrast of ${many} more texts held against what is behind them`);
  for (const { id, nodes } of found.incomplete) {
    if (id === "color-contrast") continue;
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
