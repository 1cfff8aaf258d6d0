-- Sends the messages of a file in turn, and prints what came of it in one line of JSON.
--   wrk … -s wrk.lua <url> -- <file: each message behind its length and a line break> [<mean pause in ms>]

local messages, last = {}, 0

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  while true do
    local length = file:read('*n')
    if length == nil then break end
    file:read(1)
    messages[#messages + 1] = file:read(length)
  end
  file:close()
  local pause = tonumber(args[2])
  if pause ~= nil then
    -- Between half the mean and one and a half of it, so that connections do not fall into step.
    function delay() return math.random(pause * 0.5, pause * 1.5) end
  end
end

function request()
  last = last % #messages + 1
  return messages[last]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"answers":%d,"microseconds":%d,"refused":%d,"failed":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
