// What the planner and the limiter promise, for whatever values there are.
#include "property.hpp"

#include <deque>

#include "retouch/core/diff.hpp"
#include "retouch/core/limiter.hpp"

namespace retouch::core {
namespace {

// ---- values: few different ones, so that two of them often meet

rc::Gen<std::string> words() { return rc::gen::element<std::string>("", "a", "b", "A", "true", "1", "ä", "x y"); }

rc::Gen<Scalar> scalars() {
  return rc::gen::oneOf(rc::gen::map(rc::gen::arbitrary<bool>(), [](bool flag) { return Scalar(flag); }),
                        rc::gen::map(rc::gen::inRange<std::int64_t>(-2, 3), [](std::int64_t n) { return Scalar(n); }),
                        rc::gen::map(words(), [](std::string text) { return Scalar(std::move(text)); }),
                        rc::gen::just(Scalar(JsonText{"[1,null]"})));
}

rc::Gen<Value> lists() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(words()),
                      [](std::vector<std::string> items) { return Value(make_list(std::move(items))); });
}
rc::Gen<Value> maps() {
  using Pairs = std::vector<std::pair<std::string, Scalar>>;
  return rc::gen::map(rc::gen::container<Pairs>(rc::gen::pair(words(), scalars())),
                      [](const Pairs& pairs) { return Value(Map(pairs.begin(), pairs.end())); });
}

rc::Gen<Value> values_of(ValueType type) {
  const auto some = [&]() -> rc::Gen<Value> {
    switch (type) {
      case ValueType::text:
        return rc::gen::map(words(), [](std::string text) { return Value(std::move(text)); });
      case ValueType::integer:
        return rc::gen::map(rc::gen::inRange<std::int64_t>(0, 4), [](std::int64_t n) { return Value(n); });
      case ValueType::boolean:
        return rc::gen::map(rc::gen::arbitrary<bool>(), [](bool flag) { return Value(flag); });
      case ValueType::list:
        return lists();
      case ValueType::map:
        return maps();
    }
    return rc::gen::just(Value());
  }();
  return rc::gen::oneOf(some, some, some, rc::gen::just(Value(Absent{})));
}

Attribute any_attribute() {
  using enum ValueType;
  Attribute attribute{.name = "x", .type = *rc::gen::element(text, integer, boolean, list, map)};
  attribute.empty_is_absent = *rc::gen::arbitrary<bool>();
  attribute.typed_values = *rc::gen::arbitrary<bool>();
  if (attribute.type == text) {
    attribute.compare = *rc::gen::element(Compare::exact, Compare::flag);
    if (*rc::gen::arbitrary<bool>()) attribute.absent_means = "a";
  }
  return attribute;
}

DesiredField any_wish(const Attribute& attribute) {
  DesiredField field{.name = "x", .value = *values_of(attribute.type)};
  if (attribute.type == ValueType::list || attribute.type == ValueType::map) {
    field.absent_items = *rc::gen::container<std::vector<std::string>>(words());
  }
  return field;
}

// ---- diff

RC_GTEST_PROP(Diff, ThereIsNothingToDoWhereEverythingIsAsItShouldBe, ()) {
  const Attribute attribute = any_attribute();
  const Value live = *values_of(attribute.type);
  RC_ASSERT(!diff_field(attribute, live, live));
}

RC_GTEST_PROP(Diff, AfterAChangeNothingIsLeftToChange, ()) {
  const Attribute attribute = any_attribute();
  const Value live = *values_of(attribute.type), target = *values_of(attribute.type);
  const auto change = diff_field(attribute, live, target);
  RC_CLASSIFY(change.has_value());
  if (!change) return;
  RC_ASSERT(change->before == live);
  RC_ASSERT(change->after == normalized(attribute, target));
  RC_ASSERT(!diff_field(attribute, change->after, target));
  RC_ASSERT((change->op == Op::remove) == is_absent(change->after));
}

RC_GTEST_PROP(Diff, APlanOfAListedWishIsEmptyTheSecondTime, ()) {
  const Attribute attribute = any_attribute();
  const DesiredField wish = any_wish(attribute);
  const Manage manage = *rc::gen::element(Manage::listed, Manage::exact);
  const Value live = *values_of(attribute.type);
  const auto change = diff_field(attribute, live, target_value(wish, manage, live));
  if (!change) return;
  RC_ASSERT(!diff_field(attribute, change->after, target_value(wish, manage, change->after)));
}

RC_GTEST_PROP(Diff, AListedWishTouchesOnlyWhatItNames, ()) {
  const Map live = std::get<Map>(*maps()), wanted = std::get<Map>(*maps());
  const DesiredField wish{
      .name = "x", .value = wanted, .absent_items = *rc::gen::container<std::vector<std::string>>(words())};
  const Map target = std::get<Map>(target_value(wish, Manage::listed, live));
  const auto there = [](const Map& map, const std::string& key) {
    const auto it = map.find(key);
    return it == map.end() ? std::optional<Scalar>() : it->second;
  };
  for (const std::string& key : {"", "a", "b", "A", "true", "1", "ä", "x y", "never"}) {
    const bool unwanted = std::ranges::find(wish.absent_items, key) != wish.absent_items.end();
    const auto expected = unwanted ? std::nullopt : wanted.contains(key) ? there(wanted, key) : there(live, key);
    RC_ASSERT(there(target, key) == expected);
  }
}

RC_GTEST_PROP(Diff, WhatSomebodyElsePutInMeanwhileStays, ()) {
  const Attribute attribute{.name = "x", .type = ValueType::list};
  const Value before = *lists(), target = *lists(), live = *lists();
  const auto change = diff_field(attribute, before, target);
  if (!change) return;
  const FieldChange moved = rebased(attribute, *change, live);
  const auto items = [](const Value& value) { return is_absent(value) ? List{} : std::get<List>(value); };
  const auto has = [&](const Value& value, const std::string& item) {
    const List list = items(value);
    return std::ranges::find(list, item) != list.end();
  };
  for (const std::string& item : {"", "a", "b", "A", "true", "1", "ä", "x y", "never"}) {
    const bool was = has(before, item), should = has(target, item);
    RC_ASSERT(has(moved.after, item) == (was == should ? has(live, item) : should));
  }
  RC_ASSERT(rebased(attribute, *change, before).after == change->after);
}

RC_GTEST_PROP(Normalized, OnceIsAsGoodAsTwice, ()) {
  const Attribute attribute = any_attribute();
  const Value once = normalized(attribute, *values_of(attribute.type));
  RC_ASSERT(normalized(attribute, once) == once);
  RC_ASSERT(same(attribute, once, once));
}

RC_GTEST_PROP(Scalars, ComeBackFromJson, ()) {
  const Scalar scalar = *scalars();
  RC_ASSERT(to_scalar(to_json(scalar)) == scalar);
}

// ---- limiter

// What left in any window of `length`: no more than the burst and what the rate allows, and what late timers make up
// for.
void assert_never_faster(const std::deque<Mono>& departures, double rate, double burst) {
  constexpr double late = 0.02;
  for (std::size_t from = 0; from < departures.size(); ++from) {
    for (std::size_t to = from; to < departures.size(); ++to) {
      const double length = std::chrono::duration<double>(departures[to] - departures[from]).count();
      RC_ASSERT(static_cast<double>(to - from + 1) <= burst + rate * (length + late) + 1e-6);
    }
  }
}

RC_GTEST_PROP(Limiter, NothingLeavesFasterThanConfiguredInAnyWindowNorInAPause, ()) {
  const RateLimits limits{.requests = *rc::gen::inRange(1, 40) / 2.0,
                          .reads = *rc::gen::inRange(1, 40) / 2.0,
                          .writes = *rc::gen::inRange(1, 40) / 2.0,
                          .auth = 1,
                          .burst = static_cast<double>(*rc::gen::inRange(1, 6))};
  struct Step {
    int what, wait_ms;
  };
  const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 8), rc::gen::inRange(0, 1500)));
  Limiter limiter(limits);
  Mono now{std::chrono::hours(1)};
  std::deque<Mono> all, reads, writes;
  for (const auto& [what, wait_ms] : steps) {
    if (what < 6) {
      const RateClass cls = what % 2 == 0 ? RateClass::read : RateClass::write;
      const Mono asked = now, may = limiter.earliest(cls, now);
      // The timer is late by up to 30 ms; whoever asks again may have to wait anew.
      now = may + std::chrono::milliseconds(wait_ms % 31);
      if (limiter.earliest(cls, now) > now) continue;
      RC_ASSERT(now >= limiter.paused_until());
      limiter.depart(cls, now, asked);
      all.push_back(now);
      (cls == RateClass::read ? reads : writes).push_back(now);
      if (what < 4) limiter.accepted(now, now + std::chrono::milliseconds(wait_ms / 10));
    } else if (what == 6) {
      ThrottleHint hint;
      if (wait_ms % 2 == 0) hint.retry_after = std::chrono::milliseconds(wait_ms * 3);
      limiter.throttled(RateClass::write, now, now, hint, 0.5);
      if (hint.retry_after) RC_ASSERT(limiter.earliest(RateClass::read, now) >= now + *hint.retry_after);
    } else {
      now += std::chrono::milliseconds(wait_ms);
    }
  }
  assert_never_faster(all, limits.requests, limits.burst);
  assert_never_faster(reads, limits.reads, limits.burst);
  assert_never_faster(writes, limits.writes, limits.burst);
}

}  // namespace
}  // namespace retouch::core
