import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const fonts = ["inter", "jetbrains-mono"];

/** The fonts travel with the build, and their licenses ask to travel with them. */
export function fontLicenses(): Plugin {
  return {
    name: "font-licenses",
    apply: "build",
    generateBundle() {
      const texts = fonts.map((font) => readFileSync(`node_modules/@fontsource-variable/${font}/LICENSE`, "utf8"));
      this.emitFile({ type: "asset", fileName: "assets/font-licenses.txt", source: texts.join("\n\n") });
    },
  };
}
