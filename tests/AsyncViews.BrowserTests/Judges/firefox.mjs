// Leads Firefox to the sample site's pages, one in each state, and says what went wrong: node firefox.mjs ADDRESS FIREFOX
import puppeteer from "puppeteer-core";

const [address, executablePath] = process.argv.slice(2);
const patience = 60_000;
const faults = [];
let state = "start";

const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const page = await (await browser.createBrowserContext()).newPage();
page.setDefaultTimeout(patience);
page.setDefaultNavigationTimeout(patience);
page.on("pageerror", error => faults.push(`${state}: ${error.message}`));
page.on("console", message => {
  // A Content Security Policy that the site breaks is an error, too.
  if (message.type() === "error")
    faults.push(`${state}: ${message.text()}`);
});

const open = path => page.goto(new URL(path, address).href, { waitUntil: "load" });
const headed = text => page.waitForFunction(wanted => document.querySelector("h1")?.textContent.trim() === wanted, {}, text);
const shows = (selector, text) => page.waitForFunction(
  (wanted, inside) => [...document.querySelectorAll(wanted)].some(found => found.textContent.includes(inside)), {}, selector, text);
const submit = () => page.click("main button[type=submit]");
const field = label => page.evaluateHandle(text => [...document.querySelectorAll("label")].find(one => one.textContent.trim().startsWith(text)).control, label);
const fill = async (label, text) => (await field(label)).evaluate((control, value) => control.value = value, text);
const waiting = () => page.waitForFunction(() => /[/=]processing[?&].*process_id=/.test(location.href) && document.querySelector("#av-poll"));

const states = {
  "form": async () => {
    await open("/report");
    await headed("Report");
  },
  "form with errors": async () => {
    await open("/forecast");
    await page.$eval("main form", form => form.noValidate = true);
    await fill("Simulated futures", "7");
    await submit();
    await page.waitForSelector(".validation-summary-errors, .field-validation-error");
  },
  "running, with progress that moves": async () => {
    await open("/inspection");
    await submit();
    await waiting();
    await page.waitForSelector("#av-poll bdi");
  },
  "canceled": async () => {
    await open("/import");
    await (await field("Use the example file")).click();
    await submit();
    await waiting();
    await page.waitForFunction(() => document.querySelector("progress")?.value > 0);
    await page.click("[data-av-cancel] button");
    await headed("Canceled");
  },
  "result in the page": async () => {
    await open("/forecast");
    await fill("Simulated futures", "1000");
    await submit();
    await page.waitForSelector("main svg[role=img]");
  },
  "file that is ready": async () => {
    await open("/report");
    await fill("Pace", await (await field("Pace")).evaluate(pace => pace.options[pace.options.length - 1].value));
    await submit();
    await headed("Your file is ready");
  },
  "failed": async () => {
    await open("/trouble");
    await submit();
    await headed("Failed");
  },
  "job inside a page": async () => {
    await open("/survey");
    await submit();
    await page.waitForSelector(".av-embedded");
  },
  "my processes": async () => {
    await open("/my-processes");
    await headed("My processes");
    await shows("main", "Failed");
  },
  "not found": async () => {
    await open("/import/processing?process_id=00000000000000000000000000");
    await headed("There is nothing here");
  },
};

try {
  for (const [name, reach] of Object.entries(states)) {
    state = name;
    await reach();
    for (const width of [1280, 390]) {
      await page.setViewport({ width, height: 900 });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wider > 0)
        faults.push(`${name}: ${wider} pixels wider than a window of ${width}`);
    }
    console.log(name);
  }
} catch (error) {
  faults.push(`${state}: ${error.message} at ${page.url()}`);
} finally {
  await browser.close();
}

// The answer to a page that is not there is an error to the console alone.
const real = faults.filter(fault => !fault.includes("404"));
real.forEach(fault => console.error(fault));
process.exitCode = real.length === 0 ? 0 : 1;
