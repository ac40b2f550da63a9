# Debian 12 packages; scripts/bootstrap installs every one of them.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL 3.0 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)  # only its core is linked
if(RETOUCH_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
if(RETOUCH_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

# yaml-cpp 0.7 exports no namespaced target and no SYSTEM include directory.
add_library(retouch_yaml_cpp INTERFACE)
target_link_libraries(retouch_yaml_cpp INTERFACE yaml-cpp)
target_include_directories(retouch_yaml_cpp SYSTEM INTERFACE ${YAML_CPP_INCLUDE_DIR})

# Asio and Beast are compiled once. The macros are PUBLIC on these targets and nowhere else: a unit that disagreed
# about them would break the one-definition rule.
add_library(retouch_asio STATIC ${CMAKE_SOURCE_DIR}/src/separate_compilation/asio.cpp)
target_compile_definitions(retouch_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
if(RETOUCH_SANITIZE)
  # Recycled coroutine frames would hide a use after free.
  target_compile_definitions(retouch_asio PUBLIC
    BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
endif()
target_link_libraries(retouch_asio PUBLIC Boost::headers Threads::Threads)

add_library(retouch_beast STATIC
  ${CMAKE_SOURCE_DIR}/src/separate_compilation/asio_ssl.cpp
  ${CMAKE_SOURCE_DIR}/src/separate_compilation/beast.cpp)
target_compile_definitions(retouch_beast PUBLIC BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(retouch_beast PUBLIC retouch_asio OpenSSL::SSL)
# They wait for networks: as small as they can be in a release (retouch_layer(… SMALL) says why).
foreach(library retouch_asio retouch_beast)
  target_compile_options(${library} PRIVATE $<$<CONFIG:RelWithDebInfo>:-Os>)
endforeach()
