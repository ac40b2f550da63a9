-- For wrk: the PATCHes that retouch sends, image by image, with a new value in each turn through the images.
-- BENCH_TOKEN, BENCH_IDS (a file, one a line), BENCH_VALUE (the first value).
local ids, sent = {}, 0
for id in io.lines(os.getenv("BENCH_IDS")) do ids[#ids + 1] = id end
local first = tonumber(os.getenv("BENCH_VALUE"))
local headers = {
  ["X-Auth-Token"] = os.getenv("BENCH_TOKEN"),
  ["Content-Type"] = "application/openstack-images-v2.1-json-patch",
  ["Accept"] = "application/json",
}
function request()
  local path = "/v2/images/" .. ids[sent % #ids + 1]
  local body = '[{"op":"replace","path":"/min_ram","value":' .. (first + math.floor(sent / #ids)) .. '}]'
  sent = sent + 1
  return wrk.format("PATCH", path, headers, body)
end
