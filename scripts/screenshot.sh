#!/usr/bin/env bash
# npm run screenshot: takes docs/screenshot.png of npm start. Look at it before you commit it, and run the
# command again if the lines of the two scripts alternate.
# This needs the Debian packages xvfb, xauth, openbox, xdotool and imagemagick.
set -euo pipefail
cd "$(dirname "$0")/.."
# Twice as dense as usual, so that it is sharp where README.md is 850 pixels wide.
[[ ${1-} == inside ]] ||
  exec xvfb-run --auto-servernum --server-args='-screen 0 2400x1400x24 -dpi 192' "$0" inside
export GDK_SCALE=2

# Waits for so many lines of the extension's scripts.
logged() {
  for ((left = $1; left > 0; )); do
    read -r -t 30 line <&3 || { echo "No line for 30 seconds. Has Firefox moved the button?" >&2; exit 1; }
    if [[ $line == \[* ]]; then ((left -= 1)) || true; fi
  done
}
click() { xdotool mousemove "$1" "$2" click 1; }

echo "Taking docs/screenshot.png. This takes about ten seconds …"
openbox >/dev/null 2>&1 &
openbox=$!
exec 3< <(exec node --require ./scripts/setup.cjs scripts/start.ts)
start=$!
trap 'kill -INT $start && wait $start; kill $openbox' EXIT
logged 4
click 300 1000 # the page
logged 2
click 1090 160 # the browser action
logged 2
click 1800 1100 # the Browser Console, so that nothing shows a tooltip
# The Browser Console draws a line a moment after the terminal shows it.
sleep 2
import -window root png:- | convert - -bordercolor '#57606a' -border 4 docs/screenshot.png
echo "Look at the picture before you commit it."
