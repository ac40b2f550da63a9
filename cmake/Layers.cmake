# One static library a layer. tests/layers/check.py refuses includes that go against the arrows of ARCHITECTURE.md;
# DEPENDS below says the same to the linker.

# What tests/fuzz reaches. Counters change no ABI, so the rest (coroutines, sockets, the simulated clouds) does without.
set(retouch_fuzzed base core http auth config providers sources state service cli)

# retouch_layer(NAME [SMALL] SOURCES … DEPENDS … [PRIVATE …] [PCH …]). SMALL: what it does waits for people, disks and networks,
# so a release compiles it for size; an idle daemon has all of it in memory. Not so: what decides over each image of a
# list (core), and what decodes the list (providers).
function(retouch_layer name)
  cmake_parse_arguments(arg "SMALL" "" "SOURCES;DEPENDS;PRIVATE;PCH" ${ARGN})
  add_library(retouch_${name} STATIC ${arg_SOURCES})
  target_include_directories(retouch_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include)
  target_link_libraries(retouch_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE} retouch_warnings)
  if(arg_SMALL)
    target_compile_options(retouch_${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-Os>)
  endif()
  if(RETOUCH_FUZZ AND name IN_LIST retouch_fuzzed)
    target_compile_options(retouch_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(RETOUCH_UNITY)
    set_target_properties(retouch_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 10)
  endif()
  if(arg_PCH)
    target_precompile_headers(retouch_${name} PRIVATE ${arg_PCH})
  endif()
endfunction()

# retouch_layer_test(NAME SOURCES … [APART …] [DEPENDS …]): one test binary a layer, every TEST known to ctest by its name. APART: those of
# the sources that have names which others have too, and so are compiled by themselves in any case.
function(retouch_layer_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;APART;DEPENDS" ${ARGN})
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${arg_DEPENDS} retouch_test_support retouch_warnings)
  target_precompile_headers(test_${name} REUSE_FROM retouch_test_support)
  if(RETOUCH_UNITY)
    set_target_properties(test_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${arg_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  add_test(NAME unit.${name} COMMAND test_${name} --gtest_brief=1)
  set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 300)
endfunction()
