#include "rows.hpp"

#include <charconv>

namespace retouch::state::sqlite {

std::string to_text(const std::vector<Wall>& times) {
  std::string text;
  for (const Wall time : times) text += (text.empty() ? "" : " ") + std::to_string(to_micros(time));
  return text;
}

std::optional<std::vector<Wall>> times_from_text(std::string_view text) {
  std::vector<Wall> times;
  while (!text.empty()) {
    std::int64_t micros = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), micros);
    if (error != std::errc{}) return std::nullopt;
    times.push_back(from_micros(micros));
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(' ')) text.remove_prefix(1);
  }
  return times;
}

std::optional<core::Hold> hold_of(const Row& row, int first) {
  const auto why = named(row.view(first), {core::Hold::Why::rollback, core::Hold::Why::contention});
  auto wish = core::wish_from_text(row.view(first + 1));
  auto live = core::value_from_stored(row.view(first + 2));
  if (!why || !wish || !live) return std::nullopt;
  return core::Hold{.why = *why,
                    .wish = *std::move(wish),
                    .live = *std::move(live),
                    .since = row.time(first + 3),
                    .until = row.maybe_time(first + 4),
                    .run = row.text(first + 5)};
}

const std::string_view change_columns =
    "id, run, cloud, account, entry, image_id, image_name, revision, field, op, before, after, cause, file, line, col, "
    "wish, status, intended_at, settled_at, request_id, error";

namespace {

std::optional<core::FieldChange> field_change_of(const Row& row) {
  using enum core::Op;
  using enum core::Cause;
  const auto op = named(row.view(9), {add, replace, remove});
  auto before = core::value_from_stored(row.view(10));
  auto after = core::value_from_stored(row.view(11));
  const auto cause = named(row.view(12), {drift, pending, both, unknown});
  auto wish = row.is_null(16) ? std::nullopt : core::wish_from_text(row.view(16));
  if (!op || !before || !after || !cause || (!wish && !row.is_null(16))) return std::nullopt;
  return core::FieldChange{
      .name = row.text(8),
      .op = *op,
      .before = *std::move(before),
      .after = *std::move(after),
      .cause = *cause,
      .place = {row.text(13), static_cast<int>(row.integer(14)), static_cast<int>(row.integer(15))},
      .wish = std::move(wish)};
}

}  // namespace

std::optional<core::ChangeRecord> change_of(const Row& row) {
  auto change = field_change_of(row);
  const auto status = core::change_status(row.view(17));
  if (!change || !status) return std::nullopt;
  return core::ChangeRecord{.id = row.integer(0),
                            .run = row.text(1),
                            .cloud = row.text(2),
                            .account = row.text(3),
                            .entry = row.text(4),
                            .image_id = row.text(5),
                            .image_name = row.text(6),
                            .revision = row.text(7),
                            .change = *std::move(change),
                            .status = *status,
                            .intended_at = row.time(18),
                            .settled_at = row.maybe_time(19),
                            .request_id = row.text(20),
                            .error = row.text(21)};
}

}  // namespace retouch::state::sqlite
