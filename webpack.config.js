// https://webpack.js.org/configuration/
import { fileURLToPath } from "node:url";
import webpack from "webpack";

/** @type {import("webpack").Configuration} */
const mv2 = {
  name: "mv2",
  // Dead code is removed, and a type error leaves dist/ as it was.
  mode: "production",
  // One file for each of the two places that an extension's scripts run in; manifest.json names them.
  entry: {
    "background-script": "./src/background-script.ts",
    "content-script": "./src/content-script.ts",
  },
  // ts-loader checks the types as it compiles.
  module: { rules: [{ test: /\.ts$/, loader: "ts-loader" }] },
  // `import … from "./message"` means message.ts.
  resolve: { extensions: [".ts"] },
  // Readable in the debugger and in a review, for half a kilobyte.
  optimization: { minimize: false },
  // The debugger shows the TypeScript. The maps stay out of the package.
  devtool: "source-map",
  // One line for each script, and what is wrong.
  stats: { all: false, assets: true, errors: true, warnings: true, relatedAssets: false },
  // While watching, build only what a save has changed. Production mode would build everything again.
  cache: true,
};

/** @type {import("webpack").Configuration} */
const mv3 = {
  ...mv2,
  name: "mv3",
  output: { path: fileURLToPath(new URL("mv3/dist", import.meta.url)) },
  // Manifest version 3 has renamed this API. An extension that has no version 2 needs no plugin: write
  // browser.action in src/, which has the same types.
  plugins: [new webpack.DefinePlugin({ "browser.browserAction": "browser.action" })],
};

export const configs = { mv2, mv3 };
export default Object.values(configs);
