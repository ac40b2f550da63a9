"""Mistakes that somebody could make in the engine, each of which the simulation must notice.

Of each: what it is, the promise that breaks first as a rule (README.md), and what is put in the place of what (file, old, new).
What is replaced must stand there exactly once: a mutation that no longer fits is an error of this list, not one that was survived.
"""

MUTATIONS = [
    ("writes have no limit of their own", "I1", [
        ("src/core/limiter.cpp", "return std::max({when, free_at(own, now), free_at(sum_, now)});",
         "return cls == RateClass::write ? when : std::max({when, free_at(own, now), free_at(sum_, now)});")]),
    ("reads and writes together have no limit", "I1", [
        ("src/core/limiter.cpp", "  pass(sum_);\n}", "}")]),
    ("a reload forgets what has left and what the cloud asked for", "I2", [
        ("src/reconcile/account_share.cpp", "    limiter = known.share->traffic->limiter;\n",
         "    limiter = std::make_shared<core::Limiter>(rate_limits(cloud.limits));\n")]),
    ("any number of requests is under way", "I1", [
        ("src/http/traffic.cpp", "if (under_way_ >= width) {", "if (width == 0) {")]),
    ("Retry-After is not obeyed", "I2", [
        ("src/core/limiter.cpp", "  if (hint.retry_after) pause_until(now + *hint.retry_after);\n", "")]),
    ("what somebody else changed is not corrected", "I3", [
        ("src/providers/patch.cpp", "  return Operation{before ? core::Op::replace : core::Op::add, change.name, core::to_json(after)};",
         "  if (before) return std::nullopt;\n  return Operation{core::Op::add, change.name, core::to_json(after)};")]),
    ("a token that was refused is never given up", "I3", [
        ("src/core/token.cpp", "    token_->dead = true;\n", "")]),
    ("whoever waits behind another request is not woken", "I3", [
        ("src/http/traffic.cpp", "    if (first && !lane.empty()) lane.front()->turn.notify_all();\n",
         "    static_cast<void>(first);\n")]),
    ("a cloud whose pass failed is looked at no more", "I3", [
        ("src/core/schedule.cpp", "due_ = failed ? now + retry_after_failures(unit) :",
         "due_ = failed ? now + std::chrono::hours(1000) :")]),
    ("what nobody manages is written along with it", "I4", [
        ("src/providers/patch.cpp", "    if (auto wanted = operation(table, live, change)) operations.push_back(std::move(*wanted));\n",
         "    if (auto wanted = operation(table, live, change)) operations.push_back(std::move(*wanted));\n"
         "    if (const auto* note = live.find(\"owner_note\")) {\n"
         "      operations.push_back({core::Op::replace, \"owner_note\", core::to_json(*note)});\n    }\n")]),
    ("two lanes take the same image", "I5", [
        ("src/reconcile/applier.cpp", "    const std::size_t mine = next_++;\n    outcomes[mine] = co_await perform(jobs[mine]);\n",
         "    const std::size_t mine = next_;\n    outcomes[mine] = co_await perform(jobs[mine]);\n    next_ = mine + 1;\n")]),
    ("a write whose answer was lost is sent again, and nobody looks", "I5", [
        ("src/reconcile/applier.cpp", "  auto image = co_await target_.provider->read(live.id, must_finish);\n",
         "  static_cast<void>(must_finish);\n  Result<std::optional<core::Image>> image = std::optional(live);\n")]),
    ("what timed out is looked at while it may still be under way", "I5", [
        ("include/retouch/core/image_way.hpp", "Duration pause_after_timeout = std::chrono::seconds(5);",
         "Duration pause_after_timeout = std::chrono::seconds(0);")]),
    ("the token that another cloud of the account got is not looked for", "I6", [
        ("src/auth/token_authorizer.cpp",
         "  if (auto stored = co_await take_stored()) co_return *std::move(stored);\n  if (auto refusal", "  if (auto refusal")]),
    ("a 401 on a token of seconds ago is taken for its end", "I6", [
        ("src/core/token.cpp", "if (now - token_->issued >= token_min_age) {", "if (now >= token_->issued) {")]),
    ("a refused credential is tried again after a minute", "I6", [
        ("include/retouch/auth/credential.hpp", "refusal_memory = std::chrono::hours(6);", "refusal_memory = std::chrono::minutes(1);")]),
    ("requests leave and their intent is not written down", "I7", [
        ("src/reconcile/applier.cpp",
         "    if (const auto intended = co_await journal_.intend(plan, jobs); !intended) ended(intended.error());\n", "")]),
    ("the state is not synced", "I7", [
        ("src/state/sqlite/database.cpp", "PRAGMA synchronous = FULL", "PRAGMA synchronous = OFF")]),
    ("what a dead process had intended is never looked at", "I7", [
        ("src/reconcile/doubts.cpp", "    if (it == images.end()) continue;\n    const std::string& field",
         "    if (it == images.end() || record.change.op == core::Op::add) continue;\n    const std::string& field")]),
    ("the token is logged", "I8", [
        ("src/auth/token_authorizer.cpp", "  ++counters_.logins;\n",
         "  ++counters_.logins;\n  context_.log.debug(\"logged in: \" + std::string(token.token.reveal()));\n")]),
]
