-- Reads what PATHS names, one line a path, with the headers in COOKIE or API_KEY.
local paths, sent = {}, 0
local headers = { ["x-api-key"] = os.getenv("API_KEY") }

function init()
    for path in io.lines(os.getenv("PATHS")) do
        paths[#paths + 1] = path
    end
    math.randomseed(os.time())
end

function request()
    return wrk.format("GET", paths[math.random(#paths)], headers)
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format('RESULT {"requests":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f,"failed":%d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
