"""Cases for the rules: (rule, path, text, what the complaint must contain; None = the rule has nothing to say)."""
import rules

LONG = "int x;\n" * (rules.MAX_LINES + 1)
CASES = [
    (rules.layers_point_downward, "src/core/diff.cpp", '#include "retouch/base/error.hpp"\n', None),
    (rules.layers_point_downward, "src/core/diff.cpp", '#include "retouch/core/plan.hpp"\n', None),
    (rules.layers_point_downward, "src/core/diff.cpp", '\n#include "retouch/http/url.hpp"\n', "src/core/diff.cpp:2: core may not include"),
    (rules.layers_point_downward, "include/retouch/base/x.hpp", '#include "retouch/core/plan.hpp"\n', "no other layer"),
    (rules.layers_point_downward, "src/http/pool.cpp", '#  include "retouch/auth/account.hpp"\n', "http may not include"),
    (rules.layers_point_downward, "src/providers/glance.cpp", '#include "retouch/reconcile/pass.hpp"\n', "providers may not include"),
    (rules.layers_point_downward, "src/sandbox/glance.cpp", '#include "retouch/providers/provider.hpp"\n', "sandbox may not include"),
    (rules.layers_point_downward, "src/sandbox/glance.cpp", '#include "retouch/core/image.hpp"\n', "sandbox may not include"),
    (rules.layers_point_downward, "src/cli/main.cpp", '#include "retouch/reconcile/pass.hpp"\n', None),
    (rules.layers_point_downward, "src/reconcile/pass.cpp", '#include "retouch/cli/exit.hpp"\n', "reconcile may not include"),
    (rules.libraries_link_downward, "src/core/CMakeLists.txt", "retouch_layer(core DEPENDS retouch_http)", "core may not link retouch_http"),
    (rules.libraries_link_downward, "src/auth/CMakeLists.txt", "retouch_layer(auth DEPENDS retouch_http PRIVATE retouch_os)", None),
    (rules.headers_stay_where_they_belong, "src/auth/token.cpp", "#include <boost/beast/http.hpp>\n", "src/http"),
    (rules.headers_stay_where_they_belong, "include/retouch/http/x.hpp", "#include <boost/asio/ssl.hpp>\n", "src/http"),
    (rules.headers_stay_where_they_belong, "src/http/tls.cpp", "#include <boost/asio/ssl.hpp>\n", None),
    (rules.headers_stay_where_they_belong, "src/auth/sign.cpp", "#include <openssl/evp.h>\n", "digest.cpp"),
    (rules.headers_stay_where_they_belong, "src/base/digest.cpp", "#include <openssl/evp.h>\n", None),
    (rules.headers_stay_where_they_belong, "src/core/load.cpp", "#include <yaml-cpp/yaml.h>\n", "base/yaml.hpp"),
    (rules.headers_stay_where_they_belong, "src/reconcile/pass.cpp", "#include <sqlite3.h>\n", "src/state/sqlite"),
    (rules.headers_stay_where_they_belong, "src/state/account_lock.cpp", "#include <sqlite3.h>\n", "src/state/sqlite"),
    (rules.headers_stay_where_they_belong, "src/state/sqlite/database.hpp", "#include <sqlite3.h>\n", "no header"),
    (rules.headers_stay_where_they_belong, "src/state/sqlite/database.cpp", "#include <sqlite3.h>\n", None),
    (rules.headers_stay_where_they_belong, "src/service/web.cpp", "#include <prometheus/counter.h>\n", "src/service/metrics"),
    (rules.headers_stay_where_they_belong, "src/service/metrics_series.hpp", "#include <prometheus/family.h>\n", None),
    (rules.base_and_core_are_pure, "src/core/load.cpp", "#include <fstream>\n", "core is pure"),
    (rules.base_and_core_are_pure, "include/retouch/base/x.hpp", "#include <boost/asio/io_context.hpp>\n", "base is pure"),
    (rules.base_and_core_are_pure, "src/os/files.cpp", "#include <fcntl.h>\n", None),
    (rules.words_stay_where_they_belong, "src/auth/token.cpp", "asio::steady_timer timer;\n", "async::Clock"),
    (rules.words_stay_where_they_belong, "src/async/clock.cpp", "asio::steady_timer timer;\n", None),
    (rules.words_stay_where_they_belong, "src/core/plan.cpp", "auto now = std::chrono::system_clock::now();\n", "time is a parameter"),
    (rules.words_stay_where_they_belong, "src/core/plan.cpp", "// system_clock::now() would not do\n", None),
    (rules.words_stay_where_they_belong, "src/core/plan.cpp", "/* usleep\n*/ getenv(name);\n", "src/core/plan.cpp:2: getenv"),
    (rules.words_stay_where_they_belong, "src/reconcile/apply.cpp", "co_spawn(executor, run(), asio::detached);\n", "async::Gate"),
    (rules.words_stay_where_they_belong, "src/reconcile/apply.cpp", "std::random_device device;\n", "Random&"),
    (rules.words_stay_where_they_belong, "src/http/pool.cpp", "std::this_thread::sleep_for(1s);\n", "async::Clock"),
    (rules.words_stay_where_they_belong, "src/http/pool.cpp", "co_await clock.sleep_for(1s);\n", None),
    (rules.main_only_composes, "src/cli/main.cpp", "\n" * 61, "61 lines"),
    (rules.main_only_composes, "src/cli/main.cpp", "\n" * 60, None),
    (rules.headers_have_a_guard, "include/retouch/core/x.hpp", "int x;\n", "#pragma once"),
    (rules.files_stay_small, "src/core/long.cpp", LONG, "301 lines"),
    (rules.files_stay_small, "tests/unit/core/x_test.cpp", "\n" * 300, None),
    (rules.citations_can_be_followed, "src/core/x.cpp", "// design.md section 3; protocols/openstack-ims.md 1.2, 2.6 and 3.3, read\n", None),
    (rules.citations_can_be_followed, "src/core/x.cpp", "// design.md section 77\n", "no section 77"),
    (rules.citations_can_be_followed, "src/core/x.cpp", "// protocols/triton.md 4.1 and 4.77\n", "no section 4.77"),
    (rules.citations_can_be_followed, "src/core/x.cpp", "// protocols/nowhere.md 1\n", "no docs/protocols/nowhere.md"),
    (rules.no_conflict_is_left, "scripts/packages.txt", "test git\n<<<<<<< HEAD\n", "scripts/packages.txt:2: a marker"),
    (rules.no_conflict_is_left, "scripts/packages.txt", "=======\n", "scripts/packages.txt:1: a marker"),
    (rules.no_conflict_is_left, "docs/x.md", ">>>>>>> 0029557 (why)\n", "docs/x.md:1: a marker"),
    (rules.no_conflict_is_left, "docs/x.md", "Heading\n=======\n", None),
    (rules.proofs_exist, "SECURITY.md", "`http/tls_test.cpp::Tls.RefusesVersionsBefore12`, `tests/faults/tls_test.sh`\n", None),
    (rules.proofs_exist, "SECURITY.md", "\n`http/tls_test.cpp::Tls.TrustsEverybody`\n", "SECURITY.md:2: there is no test Tls.TrustsEverybody"),
    (rules.proofs_exist, "SECURITY.md", "`http/nowhere_test.cpp::Tls.X`\n", "there is no test Tls.X"),
    (rules.proofs_exist, "SECURITY.md", "`tests/faults/nowhere_test.sh`\n", "there is no tests/faults/nowhere_test.sh"),
    (rules.no_conflict_is_left, "scripts/x", "========\n  <<<<<<< HEAD\ncat <<<here\n", None),
]


def run():
    """One list of complaints a case; and each rule must have been seen catching something."""
    results = []
    for rule, path, text, expected in CASES:
        said = list(rule(path, text))
        good = not said if expected is None else any(expected in one for one in said)
        results.append([] if good else [f"{rule.__name__} on {path}: expected {expected!r}, it said {said}"])
    caught = {rule for rule, _, _, expected in CASES if expected}
    for rule in rules.CODE_RULES + rules.ALL_RULES + rules.TEXT_RULES:
        results.append([] if rule in caught else [f"{rule.__name__} was never seen to catch anything"])
    for complaint in sum(results, []):
        print(f"  FAIL {complaint}")
    print(f"  {len(CASES)} cases for {len(caught)} rules")
    return results
