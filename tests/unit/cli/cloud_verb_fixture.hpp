// Verbs over a simulated Glance with the images image-1, image-2, … and a store in memory.
#pragma once

#include "retouch/sandbox/in_process.hpp"
#include "simulated.hpp"
#include "verb_fixture.hpp"

namespace retouch::cli::test {

class CloudVerbTest : public VerbTest {
 protected:
  CloudVerbTest() {
    cloud.set_urls("http://keystone.test:5000", "http://glance.test:9292");
    transport.add(cloud);
    world.make_transport = [this](http::ClientOptions) -> Result<http::TransportPtr> {
      return http::TransportPtr(&transport, [](http::Transport*) {});
    };
    files.files.erase("/m/ubuntu.yaml");
  }

  // Somebody else changes an image; null takes the attribute away.
  void change(const std::string& name, const std::string& attribute, const Json& value) {
    sandbox::Image image = live(name);
    if (value.is_null()) {
      image.attributes.erase(attribute);
    } else {
      image.attributes[attribute] = value;
    }
    cloud.images().save(image);
  }
  sandbox::Image live(const std::string& name) {
    for (const auto& [key, entry] : cloud.images().all()) {
      if (entry->image->text("name") == name) return *entry->image;
    }
    ADD_FAILURE() << "no image " << name;
    return {};
  }
  int apply() { return verb({"apply", "--yes"}); }

  sandbox::Cloud cloud{retouch::test::simulated(3), clock};
  sandbox::InProcessTransport transport{clock};
};

}  // namespace retouch::cli::test
