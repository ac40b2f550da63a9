#include "store_fixture.hpp"

namespace retouch::state {

namespace {

class OnDisk final : public Bench {
 public:
  OnDisk() : store_(test::done(open_store(directory_.text(), Open::write, *blocking_))) {}
  Store& store() override { return *store_; }

 private:
  test::TemporaryDirectory directory_;
  std::unique_ptr<async::Blocking> blocking_ = async::make_inline_blocking();
  std::unique_ptr<Store> store_;
};

// The fake of other layers' tests has to give the same answers.
class InMemory final : public Bench {
 public:
  Store& store() override { return store_; }

 private:
  test::FakeStore store_;
};

}  // namespace

const std::vector<Kind>& real_kinds() {
  static const std::vector<Kind> all = {{"sqlite", [] { return std::make_unique<OnDisk>(); }}};
  return all;
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {real_kinds().front(), {"fake", [] { return std::make_unique<InMemory>(); }}};
  return all;
}

}  // namespace retouch::state
