// Sets the color scheme before the first paint, so that a dark page doesn't flash white. A file of its own because the
// content security policy allows no inline script. The key is the one that Mantine's color scheme manager uses.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem("latchkey-color-scheme");
  } catch {
    // Storage is blocked: follow the system.
  }
  if (chosen !== "light" && chosen !== "dark") {
    chosen = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  document.documentElement.setAttribute("data-mantine-color-scheme", chosen);
})();
