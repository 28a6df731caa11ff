"""A plot as SVG, by hand: how many of the nodes refuse a key, over the time since the commit."""
import math

WIDTH, HEIGHT = 900, 430
LEFT, RIGHT, TOP, BOTTOM = 64, 245, 24, 52
FROM_MS, TO_MS = 1, 3000
# Told apart without colours too: by their dashes.
LINES = [("#1b6ac9", ""), ("#0f8a5f", "7 3"), ("#b0520a", "2 3"), ("#b3261e", "10 3 2 3"), ("#7a3fb5", "4 2"), ("#5f6368", "1 2")]


def x_of(value):
    share = (math.log10(max(value, FROM_MS)) - math.log10(FROM_MS)) / (math.log10(TO_MS) - math.log10(FROM_MS))
    return LEFT + min(share, 1.0) * (WIDTH - LEFT - RIGHT)


def y_of(share):
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def text(x, y, said, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{said}</text>'


def axes():
    parts = []
    for value in (1, 3, 10, 30, 100, 300, 1000, 3000):
        x = x_of(value)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#8886" stroke-width="0.6"/>')
        parts.append(text(x, HEIGHT - BOTTOM + 18, f"{value:,}"))
    for percent in (0, 25, 50, 75, 100):
        y = y_of(percent / 100)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#8886" stroke-width="0.6"/>')
        parts.append(text(LEFT - 8, y + 4, f"{percent}%", "end"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "milliseconds"))
    return parts


def curve(values, colour, dashes):
    points = []
    for step in range(201):
        share = step / 200
        value = values[min(len(values) - 1, int(share * len(values)))]
        points.append(f"{x_of(value):.1f},{y_of(share):.1f}")
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline fill="none" stroke="{colour}" stroke-width="2"{dashed} points="{" ".join(points)}"/>'


def cumulated(series):
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" fill="#202124">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *axes(),
    ]
    for number, ((name, values), (colour, dashes)) in enumerate(zip(series, LINES)):
        parts.append(curve(values, colour, dashes))
        y = TOP + 16 + number * 22
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        x = WIDTH - RIGHT + 14
        parts.append(f'<line x1="{x}" y1="{y - 4}" x2="{x + 26}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{dashed}/>')
        parts.append(text(x + 32, y, name, "start"))
    return "\n".join([*parts, "</svg>", ""])
