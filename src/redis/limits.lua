-- Takes from all limits and quotas of one request at once, or from none; and takes up what a node has admitted by itself.
-- The words are those of limit/sliding_window.h: cells of a time and a cost, one for each admission up to a limit of 64 and
-- otherwise 48 for the window. Times are this server's, in microseconds; a cell's is rounded up, so that nothing counts shorter
-- than the window is. A clock that is set back makes what was admitted seem as if it was admitted just now.
--
-- KEYS: windows, then quotas. ARGV: cost (0: only tell), how many windows, how many quotas; of each window its length, its lowest
-- limit, what was admitted without asking, and whether to tell its cells; of each quota its period (0: day), its limit, and of
-- the period that the node believes in: its number, what the node knows to be used, and what it has admitted without asking.
-- Answers: the time, whether it is admitted; of each window: what is used, how long to wait, how long until the first cell
-- leaves, when it was born, what was ever counted in it, its cells before; of each quota: the period, and what is used.
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local cost, windows, quotas = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local at = 4
local function argument()
  at = at + 1
  return tonumber(ARGV[at - 1])
end

-- A window as it is stored: born, total, used, when its newest cell began; then cells of (latest, cost), oldest first.
local function earlier(cells, by)
  local out = {}
  for i = 1, #cells, 12 do
    local latest, spent = struct.unpack('<I8I4', cells, i)
    out[#out + 1] = struct.pack('<I8I4', latest - by, spent)
  end
  return table.concat(out)
end
local function load(key)
  local w = {key = key, length = argument(), limit = argument(), pushed = argument(), wanted = argument()}
  local value = redis.call('GET', key)
  if not value then
    w.born, w.total, w.used, w.began, w.latest, w.cells = now, 0, 0, 0, 0, ''
    return w
  end
  w.born, w.total, w.used, w.began = struct.unpack('<I8I8I8I8', value)
  w.latest = struct.unpack('<I8', value, #value - 11)
  local first = 33
  if w.latest > now + 1 then
    local by = w.latest - now - 1
    value = string.sub(value, 1, 32) .. earlier(string.sub(value, 33), by)
    w.began, w.latest, w.changed = w.began - by, now + 1, true
  end
  while first < #value do
    local latest, spent = struct.unpack('<I8I4', value, first)
    if latest + w.length > now then break end
    w.used = w.used - spent
    first = first + 12
  end
  w.cells = string.sub(value, first)
  return w
end
local function add(w, amount)
  w.used, w.total, w.changed = w.used + amount, w.total + amount, true
  local tick = now + 1
  if w.cells ~= '' and (w.latest == tick or (w.limit > 64 and now - w.began < w.length / 48)) then
    local spent = struct.unpack('<I4', w.cells, #w.cells - 3)
    w.cells = string.sub(w.cells, 1, -13) .. struct.pack('<I8I4', tick, spent + amount)
  else
    w.cells = w.cells .. struct.pack('<I8I4', tick, amount)
    w.began = now
  end
  w.latest = tick
end
local function wait(w)
  local left = w.used
  for i = 1, #w.cells, 12 do
    local latest, spent = struct.unpack('<I8I4', w.cells, i)
    left = left - spent
    if left + cost <= w.limit then return latest + w.length - now end
  end
  return 0
end

-- Months since the beginning of 1970 (Hinnant's civil_from_days).
local function month_of(day)
  local z = day + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local m = mp < 10 and mp + 3 or mp - 9
  return (yoe + era * 400 + (m <= 2 and 1 or 0) - 1970) * 12 + m - 1
end

local reply, admitted, all = {now, 0}, true, {}
for i = 1, windows do
  local w = load(KEYS[i])
  all[i] = w
  local before = w.wanted == 1 and w.cells or ''
  if w.pushed > 0 then add(w, w.pushed) end
  local waits = 0
  if w.used + cost > w.limit then
    admitted = false
    waits = wait(w)
  end
  w.waits, w.before = waits, before
end
local day = math.floor(now / 86400000000)
for i = windows + 1, windows + quotas do
  local q = {key = KEYS[i], period = argument(), limit = argument(), number = argument(), floor = argument(), pushed = argument()}
  all[i] = q
  local current = q.period == 0 and day or month_of(day)
  local value, number, used = redis.call('GET', q.key), 0, 0
  if value then number, used = struct.unpack('<I8I8', value) end
  if number ~= current then used = 0 end
  q.used = used
  if q.number == current then q.used = math.max(used, q.floor) + q.pushed end
  q.number, q.changed = current, q.used ~= used
  if q.used + cost > q.limit then admitted = false end
end
if admitted then reply[2] = 1 end
for i = 1, windows do
  local w = all[i]
  if admitted and cost > 0 then add(w, cost) end
  if w.changed then
    redis.call('SET', w.key, struct.pack('<I8I8I8I8', w.born, w.total, w.used, w.began) .. w.cells, 'PX', math.floor(w.length / 1000) + 2)
  end
  local more = w.cells == '' and 0 or struct.unpack('<I8', w.cells) + w.length - now
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4], reply[n + 5], reply[n + 6] = w.used, w.waits, more, w.born, w.total, w.before
end
for i = windows + 1, windows + quotas do
  local q = all[i]
  if admitted and cost > 0 then q.used, q.changed = q.used + cost, true end
  if q.changed then redis.call('SET', q.key, struct.pack('<I8I8', q.number, q.used), 'EX', q.period == 0 and 172800 or 2851200) end
  local n = #reply
  reply[n + 1], reply[n + 2] = q.number, q.used
end
return reply
