// sharp, as its manual has it: turn upright, resize, encode; one thread, no cache of operations. The protocol is that
// of serve.py.
const fs = require("node:fs");
const readline = require("node:readline");
const sharp = require("sharp");

sharp.concurrency(1);
sharp.cache(false);
const MARGIN = 0.03;
const OPTIONS = {
  webp: { quality: 80 }, jpeg: { quality: 80, progressive: true }, png: {},
  avif: { quality: 57 }, // looks the same as 80 in the others
};

async function rendition(original, size, output, mark) {
  const options = { width: size, height: size, fit: "inside", withoutEnlargement: true };
  let picture = sharp(original).autoOrient().resize(options);
  if (mark) {
    const { autoOrient } = await sharp(original).metadata();
    const shrink = Math.max(1, Math.max(autoOrient.width, autoOrient.height) / size);
    const width = Math.round(autoOrient.width / shrink), height = Math.round(autoOrient.height / shrink);
    const text = await sharp(mark).metadata();
    const margin = Math.round(Math.min(width, height) * MARGIN);
    const place = { left: width - text.width - margin, top: height - text.height - margin };
    picture = picture.composite([{ input: mark, ...place }]);
  }
  if (output === "jpeg") picture = picture.flatten({ background: "#ffffff" });
  return picture[output](OPTIONS[output]).toBuffer();
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    const original = fs.readFileSync(request.file);
    const begun = process.cpuUsage(), started = process.hrtime.bigint();
    const made = await rendition(original, request.size, request.format, request.mark);
    const { user, system } = process.cpuUsage(begun), wall = Number(process.hrtime.bigint() - started) / 1e9;
    fs.writeFileSync(request.out, made);
    console.log(JSON.stringify({ cpu: (user + system) / 1e6, wall, bytes: made.length }));
  }
})();
