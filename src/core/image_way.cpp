#include "retouch/core/image_way.hpp"

#include <algorithm>

#include "retouch/core/diff.hpp"

namespace retouch::core {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// The server looked at the content and said no; leaving out a field may make the rest acceptable. (A 500 comes from
// Glance's database when one value does not fit.)
bool is_rejection(const Error& error) {
  static constexpr int statuses[] = {400, 403, 409, 413, 422, 500};
  return std::ranges::find(statuses, error.status) != std::end(statuses) && error.reaction != Reaction::throttled &&
         error.reaction != Reaction::transient;
}

}  // namespace

ImageWay::ImageWay(std::vector<FieldChange> fields, const AttributeTable& table, WayRules rules,
                   const std::map<std::string, Error>& refused_before)
    : table_(table), rules_(rules), current_(std::move(fields)) {
  for (const auto& [name, error] : refused_before) {
    fail_fields(error, [&](const FieldChange& field) { return field.name == name; });
  }
}

ImageWay::Action ImageWay::begin() { return current_.empty() ? next() : Action{Send{current_}}; }

void ImageWay::accepted(const std::vector<std::string>& fields) {
  for (FieldChange& field : take([&](const FieldChange& f) { return contains(fields, f.name); })) {
    done_.push_back(std::move(field));
  }
}

ImageWay::Action ImageWay::sent() {
  // Nothing had to be sent for what is left: it was so already.
  std::ranges::move(current_, std::back_inserter(done_));
  current_.clear();
  return next();
}

ImageWay::Action ImageWay::next() {
  if (waiting_.empty()) return Done{};
  current_ = std::move(waiting_.front());
  waiting_.pop_front();
  return Send{current_};
}

ImageWay::Action ImageWay::failed(const Error& error, const std::vector<std::string>& fields) {
  last_error_ = error;
  const bool unclear = error.reaction == Reaction::conflict || error.reaction == Reaction::uncertain;
  // The server answered "later" (503, IMG.0061): writes are never repeated blindly, so nobody below has tried again.
  const bool later = error.reaction == Reaction::transient && error.status != 0 && !error.settled;
  if ((unclear || later) && replans_ < rules_.replans) {
    ++replans_;
    if (later) return Reread{rules_.pause_after_transient * replans_};
    return Reread{error.code == Errc::timeout ? rules_.pause_after_timeout : Duration{}};
  }
  if (is_rejection(error)) return rejected(error, fields);
  return give_up(error);
}

ImageWay::Action ImageWay::rejected(const Error& error, const std::vector<std::string>& fields) {
  const auto in_step = [&](const FieldChange& f) { return contains(fields, f.name); };
  const bool named = !error.field.empty() && contains(fields, error.field);
  if (named) {
    fail_fields(error, [&](const FieldChange& f) { return f.name == error.field; });
  } else {
    // Only what the rejected step carried is suspect; the rest of the group waits for its turn.
    Group suspects = take(in_step);
    if (!current_.empty()) waiting_.push_back(std::move(current_));
    current_ = std::move(suspects);
    if (units(current_).size() <= 1) {
      fail_fields(error, [](const FieldChange&) { return true; });
    } else {
      split_current();
    }
  }
  if (!current_.empty()) {
    waiting_.push_front(std::move(current_));
    current_.clear();
  }
  if (waiting_.empty()) return Done{};
  return rules_.reread_after_rejection ? Action{Reread{Duration{}}} : next();
}

ImageWay::Action ImageWay::reread(const std::optional<Image>& live) {
  if (!live) {
    return give_up(Error{.code = Errc::not_found, .message = "the image is gone"});
  }
  // What the lost or conflicting request left undone is planned anew, in one request.
  Group open = std::move(current_);
  current_.clear();
  for (FieldChange& field : open) {
    const auto attribute = table_.find(field.name);
    const Value there = live->get(field.name);
    if (attribute) field = rebased(*attribute, std::move(field), there);
    const bool is_done =
        attribute && same(*attribute, normalized(*attribute, there), normalized(*attribute, field.after));
    (is_done ? done_ : current_).push_back(std::move(field));
  }
  return current_.empty() ? next() : Action{Send{current_}};
}

ImageWay::Action ImageWay::give_up(const Error& error) {
  for (Group& group : waiting_) std::ranges::move(group, std::back_inserter(current_));
  waiting_.clear();
  fail_fields(error, [](const FieldChange&) { return true; });
  return Done{};
}

void ImageWay::fail_fields(const Error& error, const std::function<bool(const FieldChange&)>& which) {
  for (FieldChange& field : take(which)) failures_.push_back({std::move(field), error});
}

ImageWay::Group ImageWay::take(const std::function<bool(const FieldChange&)>& which) {
  Group taken;
  Group kept;
  for (FieldChange& field : current_) (which(field) ? taken : kept).push_back(std::move(field));
  current_ = std::move(kept);
  return taken;
}

void ImageWay::split_current() {
  std::vector<Group> parts = units(current_);
  Group first;
  Group second;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::ranges::move(parts[i], std::back_inserter(i < parts.size() / 2 ? first : second));
  }
  waiting_.push_front(std::move(second));
  current_ = std::move(first);
}

// Attributes that exclude each other must change together: one goes so that the other may come.
std::vector<ImageWay::Group> ImageWay::units(const Group& group) const {
  std::vector<Group> result;
  for (const FieldChange& field : group) {
    const auto bound = [&](const FieldChange& other) {
      const auto a = table_.find(field.name);
      const auto b = table_.find(other.name);
      return (a && contains(a->excludes, other.name)) || (b && contains(b->excludes, field.name));
    };
    Group merged{field};
    std::erase_if(result, [&](Group& unit) {
      if (std::ranges::none_of(unit, bound)) return false;
      std::ranges::move(unit, std::back_inserter(merged));
      return true;
    });
    result.push_back(std::move(merged));
  }
  return result;
}

}  // namespace retouch::core
