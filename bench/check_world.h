// What the check's benchmarks judge: a registry of many keys with typical restrictions on the shipped catalog, in tenants
// of a thousand keys, and one request that every one of them may make.
//
//   CheckWorld world(1'000'000);
//   world.checker().check(world.request(field), scratch);   // field: world.secret(i)
//
// Of ten keys four are admins' without restrictions; the others are of third parties: three limited to some operations, two
// to some channels, one to attributes and networks; every hundredth has a list of operations like no other.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "catalog/load.h"
#include "check/check.h"

namespace latchkey::bench {

class CheckWorld {
 public:
  explicit CheckWorld(std::size_t keys);

  // Puts the keys into the registry.
  void fill();

  std::size_t keys() const { return keys_; }
  std::string_view secret(std::size_t i) const { return std::string_view(secrets_).substr(i * length_, length_); }
  const catalog::Catalog& catalog() const { return *catalog_; }
  const credential::Peppers& peppers() const { return peppers_; }
  const credential::KeyFormat& format() const { return format_; }
  registry::Registry& registry() { return *registry_; }
  // The record that key `i` was made from.
  store::KeyRecord record(std::size_t i) const;
  // The same request for any key; views into `field` and into static storage.
  static check::Request request(const std::string_view& field);

 private:
  const std::size_t keys_;
  const std::unique_ptr<const catalog::Catalog> catalog_;
  const credential::Peppers peppers_;
  const credential::KeyFormat format_;
  const std::size_t length_;
  std::string secrets_;
  std::unique_ptr<registry::Registry> registry_;
};

// Resident memory of this process.
std::size_t resident_bytes();

}  // namespace latchkey::bench
