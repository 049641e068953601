// https://webpack.js.org/configuration/
import { fileURLToPath } from "node:url";
import webpack from "webpack";

/** @type {import("webpack").Configuration} */
const firefox = {
  name: "firefox",
  // Dead code goes, and a type error leaves dist/ as it was.
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
  // While watching, build only what a save has changed. Production mode would build everything anew.
  cache: true,
};

/** @type {import("webpack").Configuration} */
const chromium = {
  ...firefox,
  name: "chromium",
  output: { path: fileURLToPath(new URL("chromium/dist", import.meta.url)) },
  // The same API: manifest version 3, the only one that Chromium loads, has renamed it.
  plugins: [new webpack.DefinePlugin({ "browser.browserAction": "browser.action" })],
};

export const configs = { firefox, chromium };
export default Object.values(configs);
