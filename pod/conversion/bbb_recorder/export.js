// A door for any Esup-Pod (3.5.1 or newer): point IMPORT_VIDEO_BBB_RECORDER_PLUGIN at this folder
// and Pod converts with `python -m pod.bbb convert`, without a browser and many times faster.
//
//   node export.js URL NAME.webm
//
// Leaves NAME.webm (a real WebM; or NAME.mp4 when that is asked for) in the folder that
// `copyToPath` of the .env file beside this script names. Logs to stdout; exits 0 only when the
// file is there, whole. Needs nothing from npm.
"use strict";

const { spawn } = require("child_process"); // without "node:", which Node.js 12 does not know
const fs = require("fs");
const path = require("path");

const HERE = __dirname;
const PROJECT = path.resolve(HERE, "..", "..", "..");

function settings() {
  const values = {};
  const file = path.join(HERE, ".env");
  if (!fs.existsSync(file)) return values;
  for (const line of fs.readFileSync(file, "utf8").split(/\r?\n/)) {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (found) values[found[1]] = found[2].replace(/^(["'])(.*)\1$/, "$2");
  }
  return values;
}

function fail(message, code) {
  console.log(message);
  process.exit(code);
}

const [url, name] = process.argv.slice(2);
if (!url || !name) fail("usage: node export.js URL NAME.webm", 2);
if (name !== path.basename(name) || name.startsWith(".")) {
  fail(`The name must be a file name without a folder, not ${name}`, 2);
}

const env = settings();
const told = env.copyToPath || process.env.copyToPath;
if (!told) fail(`copyToPath is not set: write copyToPath=/folder/of/pod into ${path.join(HERE, ".env")}`, 2);
const folder = path.resolve(HERE, told);
if (!fs.existsSync(folder)) fail(`The folder of copyToPath does not exist: ${folder}`, 2);

const own = path.join(PROJECT, ".venv", "bin", "python");
const python = env.python || (fs.existsSync(own) ? own : "python3");
const options = (env.options || "").split(/\s+/).filter(Boolean);
const out = path.join(folder, name);

// who ends this script ends the conversion, which tidies up first
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => run.kill(signal));
const run = spawn(python, ["-m", "pod.bbb", "convert", ...options, "--", url, out], {
  cwd: PROJECT,
  stdio: ["ignore", 1, 1], // everything into the log that Pod keeps of stdout
});
run.on("error", (error) => fail(`Python could not be started (${python}): ${error.message}`, 1));
run.on("exit", (code, signal) => {
  if (signal) fail(`The conversion was ended by ${signal}`, 1);
  if (code !== 0) fail(`The conversion failed with code ${code}`, code);
  if (!fs.existsSync(out)) fail(`The conversion left no file ${out}`, 1);
  console.log(`Saved ${out}`);
});
