-- wrk posts the pages of a list to /extract, as fast as they are answered or at a constant rate.
--   wrk ... -s service_load.lua URL -- LIST [RATE]      LIST: path[TAB]url[TAB]id; RATE: requests a second, of all threads
-- Prints one line of JSON at the end.  With a rate it is an open loop as long as a connection is free
-- when the next request is due: those that were sent late are counted.
local ffi = require("ffi")
ffi.cdef [[
struct timespec { long tv_sec; long tv_nsec; };
int clock_gettime(int clock, struct timespec *at);
]]
local at = ffi.new("struct timespec")

local function now_ms()
    ffi.C.clock_gettime(1, at)
    return tonumber(at.tv_sec) * 1000 + tonumber(at.tv_nsec) / 1e6
end

local threads = {}

function setup(thread)
    thread:set("number", #threads)
    threads[#threads + 1] = thread
    for _, other in ipairs(threads) do
        other:set("count", #threads)
    end
end

local function encode(text)
    return (text:gsub("[^%w%-._~]", function(c) return ("%%%02X"):format(c:byte()) end))
end

function init(args)
    requests, late = {}, 0
    if args[2] then
        interval = 1000 * count / tonumber(args[2])
    else
        delay = nil -- wrk asks for it where it is there
    end
    for line in io.lines(args[1]) do
        local path, url = line:match("^([^\t]*)\t([^\t]*)")
        local file = assert(io.open(path, "rb"))
        requests[#requests + 1] = wrk.format("POST", "/extract?url=" .. encode(url),
            { ["Host"] = "127.0.0.1", ["Content-Type"] = "text/html" }, file:read("*a"))
        file:close()
    end
    nth = math.floor(#requests * number / count)
end

function request()
    nth = nth % #requests + 1
    return requests[nth]
end

-- The time that a connection still waits, in whole milliseconds, which is as fine as wrk's timers are.
function delay()
    local now = now_ms()
    due = due and due + interval or now
    if now - due >= 2 then
        late = late + 1
    end
    return math.max(0, math.floor(due - now + 0.5))
end

function done(summary, latency)
    local lates = 0
    for _, thread in ipairs(threads) do
        lates = lates + thread:get("late")
    end
    local e = summary.errors
    print(("{\"rate\":%.1f,\"requests\":%d,\"refused\":%d,\"late\":%d,\"errors\":%d,\"p50_us\":%d,\"p90_us\":%d,\"p99_us\":%d,\"max_us\":%d,\"bytes\":%d}")
        :format(summary.requests / summary.duration * 1e6, summary.requests, e.status, lates,
            e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(90),
            latency:percentile(99), latency.max, summary.bytes))
end
