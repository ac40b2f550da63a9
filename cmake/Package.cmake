# The Debian package.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME retouch)
set(CPACK_PACKAGE_VENDOR "retouch")
set(CPACK_PACKAGE_CONTACT "retouch maintainers <maintainers@retouch.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "keep the metadata of cloud images as manifests describe it")
set(CPACK_PACKAGE_DESCRIPTION
"retouch lists the images of OpenStack Glance, of the Image Management Service
of Open Telekom Cloud and Huawei Cloud, and of Joyent/Triton CloudAPI, compares
them with YAML manifests from a directory or a Git repository, and sends one
rate-limited update for each image that differs. It edits images in place; it
never creates or deletes one.
.
It runs as a command, from a systemd timer, or as a systemd service.")
set(CPACK_STRIP_FILES ON)
# The configuration has an absolute destination (/etc): packed, not written to this machine.
set(CPACK_SET_DESTDIR ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The user and the directories are made by systemd's tools; systemd need not be what starts the machine.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-sysusers, systemd | systemd-tmpfiles, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "git, openssh-client")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, prometheus-node-exporter")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(debian ${CMAKE_SOURCE_DIR}/packaging/debian)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${debian}/postinst ${debian}/prerm ${debian}/postrm ${debian}/conffiles)

# What policy wants below /usr/share/doc.
add_custom_command(OUTPUT ${papers}/changelog.gz DEPENDS ${debian}/changelog VERBATIM
  COMMAND sh -ec "gzip -9n < \"$1\" > \"$2\"" sh ${debian}/changelog ${papers}/changelog.gz)
add_custom_target(retouch_changelog DEPENDS ${papers}/changelog.gz)
add_dependencies(retouch_papers retouch_changelog)
install(FILES ${debian}/copyright ${papers}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})

# What is linked, as SPDX: found out when everything is built, so when it is installed or packed (scripts/sbom).
find_program(RETOUCH_DPKG_QUERY dpkg-query)
if(RETOUCH_DPKG_QUERY AND CMAKE_GENERATOR STREQUAL "Ninja")
  install(CODE "execute_process(COMMAND \"${CMAKE_SOURCE_DIR}/scripts/sbom\" \"${CMAKE_BINARY_DIR}/retouch\" \"${CMAKE_BINARY_DIR}\" ${PROJECT_VERSION}
    OUTPUT_FILE \"${papers}/sbom.spdx.json\" COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES ${papers}/sbom.spdx.json DESTINATION ${CMAKE_INSTALL_DOCDIR})
else()
  message(STATUS "no SBOM will be installed: that needs dpkg-query and Ninja")
endif()

# The same sources give the same package, bit by bit: its files bear the time of the last commit.
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_SOURCE_DIR}/cmake/PackageTime.cmake)
set(CPACK_RETOUCH_SOURCES ${CMAKE_SOURCE_DIR})
include(CPack)
