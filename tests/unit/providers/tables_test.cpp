#include "retouch/providers/tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace retouch::providers {
namespace {

using core::Absent;
using core::AttributeTable;
using core::List;
using core::Map;
using core::Value;
using core::ValueType;
using Exposure = core::Attribute::Exposure;

const std::vector<std::string> seed_list{"name",
                                         "__description",
                                         "__support_xen",
                                         "__support_largememory",
                                         "__support_diskintensive",
                                         "__support_highperformance",
                                         "__support_xen_gpu_type",
                                         "__support_xen_hana",
                                         "min_ram",
                                         "hw_vif_multiqueue_enabled",
                                         "hw_firmware_type"};

bool writes(const AttributeTable& table, std::string_view name, Value value) {
  return core::violations(*table.find(name), value).empty();
}

TEST(Tables, AreFoundByTheProvidersName) {
  EXPECT_EQ(table_of("glance"), &glance_table());
  EXPECT_EQ(table_of("ims"), &ims_table());
  EXPECT_EQ(table_of("triton"), &triton_table());
  EXPECT_EQ(table_of("ec2"), nullptr);
}

TEST(Tables, HoldTheSeedListAsWritable) {
  for (const auto& name : seed_list) {
    EXPECT_TRUE(ims_table().find_known(name)) << name;
    for (const auto* table : {&glance_table(), &ims_table()}) {
      EXPECT_TRUE(table->find(name) && table->find(name)->writable) << table->provider() << " " << name;
    }
  }
}

TEST(Tables, SaySomethingAboutEachAttributeOnce) {
  for (const auto* table : {&glance_table(), &ims_table(), &triton_table()}) {
    std::string last;
    for (const auto& attribute : table->known()) {
      EXPECT_LT(last, attribute.name) << "sorted and unique";
      EXPECT_FALSE(attribute.description.empty()) << attribute.name;
      EXPECT_FALSE(attribute.source.empty()) << attribute.name;
      EXPECT_EQ(attribute.valid_text == nullptr, attribute.text_rule.empty()) << attribute.name;
      EXPECT_EQ(attribute.description.find('\n'), std::string::npos) << attribute.name;
      last = attribute.name;
    }
    EXPECT_EQ(table->extension_name_rule().empty(), !table->extension());
    if (!table->extension()) continue;
    EXPECT_FALSE(table->extension()->description.empty());
  }
}

TEST(Tables, ExclusionsAreKnownAttributesAndMutual) {
  for (const auto& attribute : ims_table().known()) {
    for (const auto& other : attribute.excludes) {
      const auto* back = ims_table().find_known(other);
      ASSERT_TRUE(back) << other;
      EXPECT_NE(std::ranges::find(back->excludes, attribute.name), back->excludes.end()) << attribute.name;
    }
  }
  const auto excludes = [](std::string_view name) { return ims_table().find(name)->excludes; };
  const std::vector<std::string> hypervisors{"__support_xen", "__support_kvm"};
  EXPECT_EQ(excludes("__support_xen_gpu_type"), hypervisors);
  EXPECT_EQ(excludes("__support_kvm_gpu_type"), hypervisors);
  EXPECT_EQ(excludes("__support_xen_hana"), hypervisors);
  EXPECT_EQ(excludes("__support_kvm_infiniband"), std::vector<std::string>{"__support_xen"});
  EXPECT_EQ(excludes("__support_xen").size(), 4u);
}

TEST(Tables, KnowWhatTheCloudKeepsToItself) {
  for (const auto* name : {"id", "self", "file", "schema", "status", "created_at", "updated_at", "owner", "size",
                           "virtual_size", "checksum", "disk_format", "container_format"}) {
    for (const auto* table : {&glance_table(), &ims_table()}) {
      EXPECT_FALSE(writes(*table, name, std::string("x"))) << table->provider() << " " << name;
      EXPECT_TRUE(table->is_platform(name)) << name;
    }
  }
  for (const auto* name :
       {"os_hash_algo", "os_hash_value", "direct_url", "locations", "location", "deleted", "deleted_at"}) {
    EXPECT_FALSE(glance_table().find(name)->writable) << name;
  }
  for (const auto* name : {"active_at",        "__image_size",        "__isregistered",
                           "__imagetype",      "__originalimagename", "__backup_id",
                           "__data_origin",    "__root_origin",       "__image_source_type",
                           "__image_location", "__system__cmkid",     "__account_code",
                           "__productcode",    "__lazyloading",       "virtual_env_type",
                           "visibility",       "__os_type",           "__platform",
                           "__os_bit",         "__os_version",        "min_disk",
                           "protected"}) {
    EXPECT_FALSE(ims_table().find(name)->writable) << name;
  }
}

TEST(Tables, ExactNeverTouchesThePlatformsNames) {
  for (const auto* table : {&glance_table(), &ims_table()}) {
    for (const auto* name : {"__anything", "__support_xen", "_sys_x", "os_glance_import_task",
                             "owner_specified.openstack.md5", "img_signature", "cinder_encryption_key_id",
                             "block_device_mapping", "root_device_name", "bdm_v2", "base_image_ref", "instance_uuid"}) {
      EXPECT_TRUE(table->is_platform(name)) << name;
    }
    for (const auto* name : {"os_distro", "hw_firmware_type", "my_key", "name", "tags"}) {
      EXPECT_FALSE(table->is_platform(name)) << name;
    }
  }
}

TEST(Tables, TellHowEachIsCleared) {
  const auto clear = [](const AttributeTable& table, std::string_view name) { return table.find(name)->clear; };
  EXPECT_EQ(clear(glance_table(), "name"), core::Clear::null);
  EXPECT_EQ(clear(glance_table(), "tags"), core::Clear::empty_list);
  EXPECT_EQ(clear(glance_table(), "os_distro"), core::Clear::remove);
  EXPECT_EQ(clear(glance_table(), "anything"), core::Clear::remove);
  for (const auto* name : {"visibility", "protected", "os_hidden", "min_ram", "min_disk"}) {
    EXPECT_FALSE(writes(glance_table(), name, Absent{})) << name;
  }
  EXPECT_EQ(clear(ims_table(), "tags"), core::Clear::empty_map);
  EXPECT_EQ(clear(ims_table(), "__description"), core::Clear::remove);
  EXPECT_EQ(clear(ims_table(), "max_ram"), core::Clear::remove);
  EXPECT_EQ(clear(ims_table(), "anything"), core::Clear::remove);
  for (const auto* name : {"name", "min_ram", "enterprise_project_id"})
    EXPECT_FALSE(writes(ims_table(), name, Absent{})) << name;
}

TEST(Tables, TellWhatExposes) {
  const auto exposure = [](const AttributeTable& table, std::string_view name) { return table.find(name)->exposure; };
  EXPECT_EQ(exposure(glance_table(), "visibility"), Exposure::visibility);
  EXPECT_EQ(exposure(glance_table(), "protected"), Exposure::protection);
  EXPECT_EQ(exposure(glance_table(), "os_hidden"), Exposure::hidden);
  EXPECT_EQ(exposure(ims_table(), "visibility"), Exposure::visibility);
  EXPECT_EQ(exposure(ims_table(), "protected"), Exposure::protection);
  EXPECT_EQ(exposure(glance_table(), "name"), Exposure::none);
}

TEST(GlanceTable, ChecksValues) {
  const auto& table = glance_table();
  EXPECT_TRUE(writes(table, "name", std::string(255, 'a')));
  EXPECT_FALSE(writes(table, "name", std::string(256, 'a')));
  EXPECT_FALSE(writes(table, "name", std::string("\U0001F600")));
  EXPECT_TRUE(writes(table, "visibility", std::string("community")));
  EXPECT_FALSE(writes(table, "visibility", std::string("world")));
  EXPECT_TRUE(writes(table, "protected", true));
  EXPECT_FALSE(writes(table, "protected", std::string("true")));
  EXPECT_TRUE(writes(table, "min_ram", std::int64_t{2147483647}));
  EXPECT_FALSE(writes(table, "min_ram", std::int64_t{2147483648}));
  EXPECT_FALSE(writes(table, "min_disk", std::int64_t{-1}));
  EXPECT_FALSE(writes(table, "min_disk", std::string("4")));
  EXPECT_TRUE(writes(table, "hw_firmware_type", std::string("uefi")));
  EXPECT_FALSE(writes(table, "hw_firmware_type", std::string("zork")));
  EXPECT_TRUE(writes(table, "my_key", std::string(5000, 'a')));
  EXPECT_TRUE(writes(table, "my_key", std::string()));
  EXPECT_FALSE(writes(table, "my_key", std::string("\U0001F600")));
  EXPECT_FALSE(writes(table, "os_distro", std::string("\U0001F600")));
  EXPECT_FALSE(writes(table, "my_key", std::int64_t{1}));
}

TEST(GlanceTable, ChecksTags) {
  List many;
  for (int i = 0; i < 128; ++i) many.push_back("tag" + std::to_string(i));
  EXPECT_TRUE(writes(glance_table(), "tags", many));
  many.push_back("one more");
  EXPECT_FALSE(writes(glance_table(), "tags", many));
  EXPECT_TRUE(writes(glance_table(), "tags", List{std::string(255, 'a')}));
  EXPECT_FALSE(writes(glance_table(), "tags", List{std::string(256, 'a')}));
  EXPECT_FALSE(writes(glance_table(), "tags", List{""}));
  EXPECT_FALSE(writes(glance_table(), "tags", Map{{"a", std::string("b")}}));
  EXPECT_TRUE(core::same(*glance_table().find("tags"), List{}, Absent{}));
}

TEST(GlanceTable, HasNoAliases) {
  EXPECT_EQ(glance_table().canonical("description"), "description");
  EXPECT_FALSE(glance_table().valid_extension_name("os_glance_x"));
  EXPECT_TRUE(glance_table().valid_extension_name("Mixed Case"));
}

TEST(ImsTable, ChecksValues) {
  const auto& table = ims_table();
  EXPECT_TRUE(writes(table, "name", std::string(128, 'a')));
  EXPECT_FALSE(writes(table, "name", std::string(129, 'a')));
  EXPECT_FALSE(writes(table, "name", std::string()));
  EXPECT_FALSE(writes(table, "name", std::string("a/b")));
  EXPECT_TRUE(writes(table, "__description", std::string(1024, 'a')));
  EXPECT_FALSE(writes(table, "__description", std::string(1025, 'a')));
  EXPECT_FALSE(writes(table, "__description", std::string("<b>")));
  EXPECT_TRUE(writes(table, "min_ram", std::int64_t{1024}));
  EXPECT_FALSE(writes(table, "min_ram", std::string("1024")));
  EXPECT_TRUE(writes(table, "max_ram", std::int64_t{4096}));
  EXPECT_TRUE(writes(table, "max_ram", Absent{}));
  EXPECT_FALSE(writes(table, "hw_firmware_type", std::string("zork")));
  EXPECT_TRUE(writes(table, "__support_xen_gpu_type", std::string("M60_vGPU")));
  EXPECT_FALSE(writes(table, "__support_xen_gpu_type", std::string("M60")));
  EXPECT_TRUE(writes(table, "__support_kvm_gpu_type", std::string("P100")));
  EXPECT_FALSE(writes(table, "__support_kvm_gpu_type", std::string("M60_vGPU")));
  EXPECT_FALSE(writes(table, "enterprise_project_id", std::string("1")));
  EXPECT_TRUE(writes(table, "anything_else", std::string("x")));
}

TEST(ImsTable, FlagsAreTrueOrAbsentWithoutCase) {
  for (const auto* name : {"__support_xen", "__support_kvm", "__support_largememory", "__support_diskintensive",
                           "__support_highperformance", "__support_xen_hana", "__support_kvm_infiniband"}) {
    const auto flag = *ims_table().find(name);
    EXPECT_TRUE(core::violations(flag, std::string("True")).empty()) << name;
    EXPECT_FALSE(core::violations(flag, std::string("yes")).empty()) << name;
    EXPECT_TRUE(core::same(flag, std::string("True"), std::string("true"))) << name;
    EXPECT_TRUE(core::same(flag, std::string("false"), Absent{})) << name;
    EXPECT_EQ(core::normalized(flag, std::string("false")), Value{Absent{}}) << name;
  }
  for (const auto* name : {"__support_fc_inject", "__support_amd", "__is_config_init", "hw_vif_multiqueue_enabled"}) {
    const auto flag = *ims_table().find(name);
    EXPECT_EQ(core::normalized(flag, std::string("False")), Value{std::string("false")}) << name;
    EXPECT_TRUE(core::same(flag, std::string("false"), Absent{})) << name;
    EXPECT_FALSE(core::same(flag, std::string("true"), Absent{})) << name;
  }
}

TEST(ImsTable, KnowsWhatAbsentMeans) {
  const auto same = [](std::string_view name, Value a, Value b) { return core::same(*ims_table().find(name), a, b); };
  EXPECT_TRUE(same("hw_firmware_type", Absent{}, std::string("bios")));
  EXPECT_TRUE(same("__description", Absent{}, std::string()));
  EXPECT_TRUE(same("min_ram", Absent{}, std::int64_t{0}));
  EXPECT_TRUE(same("max_ram", std::string("4096"), std::int64_t{4096}));
  EXPECT_TRUE(same("enterprise_project_id", std::string(), std::string("0")));
  EXPECT_TRUE(same("tags", Map{}, Absent{}));
}

TEST(ImsTable, ChecksTags) {
  Map many;
  for (int i = 0; i < 10; ++i) many["key" + std::to_string(i)] = std::string("v");
  EXPECT_TRUE(writes(ims_table(), "tags", many));
  many["one more"] = std::string("v");
  EXPECT_FALSE(writes(ims_table(), "tags", many));
  EXPECT_TRUE(writes(ims_table(), "tags", Map{{std::string(36, 'k'), std::string(43, 'v')}}));
  EXPECT_TRUE(writes(ims_table(), "tags", Map{{"k", std::string()}}));
  EXPECT_FALSE(writes(ims_table(), "tags", Map{{std::string(37, 'k'), std::string("v")}}));
  EXPECT_FALSE(writes(ims_table(), "tags", Map{{"k", std::string(44, 'v')}}));
  EXPECT_FALSE(writes(ims_table(), "tags", Map{{"", std::string("v")}}));
}

TEST(ImsTable, TranslatesThePortableName) {
  EXPECT_EQ(ims_table().canonical("description"), "__description");
  EXPECT_FALSE(ims_table().valid_extension_name("Mixed"));
}

}  // namespace
}  // namespace retouch::providers
