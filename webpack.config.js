// https://webpack.js.org/configuration/

/** @type {import("webpack").Configuration} */
export default {
  // Dead code is removed, and a type error leaves the scripts as they were.
  mode: "production",
  // One file for each script that a manifest names, beside the manifest. The types are checked once.
  entry: {
    "dist/background-script": "./src/background-script.ts",
    "dist/content-script": "./src/content-script.ts",
    "mv3/dist/background-script": "./src/background-script.ts",
    "mv3/dist/content-script": "./src/content-script.ts",
  },
  // Scripts that have not changed are written too: by their time, npm test sees that they are built.
  output: { path: import.meta.dirname, compareBeforeEmit: false },
  // ts-loader checks the types as it compiles.
  module: { rules: [{ test: /\.ts$/, loader: "ts-loader" }] },
  // `import … from "./message"` means message.ts. Packages from npm have files that end in .js.
  resolve: { extensions: [".ts", ".js"] },
  // Readable in the debugger and in a review, for half a kilobyte.
  optimization: { minimize: false },
  // The debugger shows the TypeScript. The maps stay out of the package.
  devtool: "source-map",
  // One line for each script, and what is wrong.
  stats: {
    all: false,
    assets: true,
    colors: process.stdout.hasColors?.() ?? false,
    errors: true,
    relatedAssets: false,
    warnings: true,
  },
  // While watching, build only what a save has changed. Production mode would build everything again.
  cache: true,
};
