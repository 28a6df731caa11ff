// The places of one operation's body or answer, arranged as the JSON is: one walk down a value then finds them all.
//
//   PlaceTree<BodyPlace> tree;
//   for (const BodyPlace& place : operation.body) tree.add(catalog, place);
//   tree.members[0].name == "ChannelID"
//
// Points to the places, which must outlive it. Immutable once built.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/spelling.h"

namespace latchkey::catalog {

template <class Place>
struct PlaceTree {
  struct Member {
    std::string name;
    std::unique_ptr<PlaceTree> tree;
  };

  std::vector<const Place*> places;  // that are this value itself
  std::unique_ptr<PlaceTree> each;   // what is about the elements, if this is an array
  std::vector<Member> members;       // what is about the members, if this is an object

  bool empty() const { return places.empty() && !each && members.empty(); }

  void add(const Catalog& catalog, const Place& place) {
    PlaceTree* at = this;
    for (const Step& step : place.path) at = step.each() ? &at->elements() : &at->member(catalog, step.member);
    at->places.push_back(&place);
  }

  // Visits every place at or below this value.
  template <class Use>
  void for_each_place(Use&& use) const {
    for (const Place* place : places) use(*place);
    if (each) each->for_each_place(use);
    for (const Member& member : members) member.tree->for_each_place(use);
  }

 private:
  PlaceTree& elements() {
    if (!each) each = std::make_unique<PlaceTree>();
    return *each;
  }
  PlaceTree& member(const Catalog& catalog, const std::string& name) {
    for (Member& known : members) {
      if (same_parameter_name(catalog, known.name, name)) return *known.tree;
    }
    members.push_back({name, std::make_unique<PlaceTree>()});
    return *members.back().tree;
  }
};

// Which members of one object have been met, by their number in PlaceTree::members.
class MetMembers {
 public:
  // False if it was there already.
  bool insert(std::size_t i) {
    if (i >= 64) return insert_beyond(i);
    const bool is_new = !contains(i);
    few_ |= std::uint64_t{1} << i;
    return is_new;
  }
  bool contains(std::size_t i) const { return i < 64 ? (few_ >> i & 1) != 0 : i - 64 < many_.size() && many_[i - 64]; }

 private:
  [[gnu::noinline]] bool insert_beyond(std::size_t i) {
    if (many_.size() < i) many_.resize(i);
    if (contains(i)) return false;
    return many_[i - 64] = true;
  }

  std::uint64_t few_ = 0;
  std::vector<bool> many_;  // nearly always empty, so that no object costs an allocation
};

}  // namespace latchkey::catalog
