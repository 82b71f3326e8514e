-- Places orders of two lines, each under a key of its own.
local headers = { ["content-type"] = "application/json", ["x-api-key"] = os.getenv("API_KEY") }
local products = tonumber(os.getenv("PRODUCTS"))
local body = '{"items":[{"sku":"%s","quantity":1},{"sku":"%s","quantity":1}],' ..
    '"customer":{"email":"ada@example.com","name":"Ada Lovelace"},' ..
    '"shipping_address":{"street":"1 Post Lane","city":"Bath","postal_code":"BA1 1AA","country":"GB"}}'
local hot = os.getenv("HOT") == "1"
local thread_number = 0
local sent = 0

function setup(thread)
    thread_number = thread_number + 1
    thread:set("number", thread_number)
end

function init()
    math.randomseed(os.time() + number)
end

function request()
    sent = sent + 1
    headers["idempotency-key"] = os.time() .. "-" .. number .. "-" .. sent .. "-" .. math.random(1, 1e9)
    local first, second = "B-1", "B-2"
    if not hot then
        first = math.random(1, products - 1)
        second = "B-" .. math.random(first + 1, products)
        first = "B-" .. first
    end
    return wrk.format("POST", "/api/v1/orders", headers, body:format(first, second))
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format('RESULT {"requests":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f,"failed":%d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
