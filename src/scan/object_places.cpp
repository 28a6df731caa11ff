#include "scan/object_places.h"

#include <algorithm>
#include <tuple>

namespace latchkey::scan {

void ObjectPlaces::report(HoldingObjects& objects) {
  shallow_ = git_repository_is_shallow(repository_) == 1;
  take_refs(objects);
  take_stashes(objects);
  take_ancestors();
  // Ancestors are found after their descendants, so that order decides between commits of one second.
  for (std::size_t i = 0; i < commits_.size(); ++i) commits_[i].order = commits_.size() - i;
  std::ranges::sort(commits_, {}, [](const Root& root) { return std::pair(root.time, root.order); });
  for (const Root& commit : commits_) {
    if (objects.empty()) return;
    walk_commit(commit, objects);
  }
  if (!objects.empty()) take_index(objects);
}

void ObjectPlaces::take_refs(HoldingObjects& objects) {
  git_oid head;
  if (git_reference_name_to_id(&head, repository_, "HEAD") == 0) take_target(head, "HEAD", objects);
  const auto refs = git::take<git::ReferenceIterator>(git_reference_iterator_new, repository_);
  if (!refs) return collector_.error(fmt::format("{}: the refs can't be read: {}.", name_, git::last_error()));
  git_reference* raw = nullptr;
  int code = 0;
  while ((code = git_reference_next(&raw, refs.get())) == 0) {
    const git::Reference ref(raw);
    if (const git_oid* const target = git_reference_target(ref.get()))
      take_target(*target, git_reference_name(ref.get()), objects);
  }
  if (code != GIT_ITEROVER) collector_.error(fmt::format("{}: the refs can't be read: {}.", name_, git::last_error()));
}

// Through tags to what they stand for.
void ObjectPlaces::take_target(git_oid id, const std::string& ref, HoldingObjects& objects) {
  constexpr int kMaxTags = 100;
  for (int i = 0; i < kMaxTags; ++i) {
    const auto object = git::take<git::Object>(git_object_lookup, repository_, &id, GIT_OBJECT_ANY);
    if (!object) {
      return collector_.error(fmt::format("{}: {} can't be followed: {}.", name_, ref, git::last_error()));
    }
    const Place place{Origin::kHistory, Part::kContent, "", name_, git::hex(id)};
    switch (git_object_type(object.get())) {
      case GIT_OBJECT_COMMIT: {
        const auto* const commit = reinterpret_cast<const git_commit*>(object.get());
        if (known_.insert(id).second) commits_.push_back({id, git_commit_time(commit)});
        return;
      }
      case GIT_OBJECT_TREE: return walk_tree(id, place, objects);
      case GIT_OBJECT_TAG: {
        if (const auto at = objects.find(id); at != objects.end()) tell(at, place, objects);
        id = *git_tag_target_id(reinterpret_cast<const git_tag*>(object.get()));
        break;
      }
      default:
        if (const auto at = objects.find(id); at != objects.end()) tell(at, place, objects);
        return;
    }
  }
}

// All but the last are in the log of their ref alone.
void ObjectPlaces::take_stashes(HoldingObjects& objects) {
  git_oid stash;
  if (git_reference_name_to_id(&stash, repository_, "refs/stash") != 0) return;
  const auto log = git::take<git::Reflog>(git_reflog_read, repository_, "refs/stash");
  if (!log) return;
  for (std::size_t i = 0; i < git_reflog_entrycount(log.get()); ++i) {
    take_target(*git_reflog_entry_id_new(git_reflog_entry_byindex(log.get(), i)), "a stash", objects);
  }
}

void ObjectPlaces::take_ancestors() {
  for (std::size_t next = 0; next < commits_.size(); ++next) {
    const auto commit = git::take<git::Commit>(git_commit_lookup, repository_, &commits_[next].id);
    if (!commit) continue;
    commits_[next].time = git_commit_time(commit.get());
    for (unsigned i = 0; i < git_commit_parentcount(commit.get()); ++i) {
      const git_oid& id = *git_commit_parent_id(commit.get(), i);
      if (known_.contains(id)) continue;
      const auto parent = git::take<git::Commit>(git_commit_lookup, repository_, &id);
      if (!parent) {
        if (!shallow_)
          collector_.error(fmt::format("{}: commit {} can't be read: {}.", name_, git::hex(id), git::last_error()));
        continue;
      }
      known_.insert(id);
      commits_.push_back({id, git_commit_time(parent.get())});
    }
  }
}

void ObjectPlaces::walk_commit(const Root& root, HoldingObjects& objects) {
  Place place{Origin::kHistory, Part::kContent, "", name_, git::hex(root.id), {root.time * 1000}};
  if (const auto at = objects.find(root.id); at != objects.end()) tell(at, place, objects);
  const auto commit = git::take<git::Commit>(git_commit_lookup, repository_, &root.id);
  if (commit) walk_tree(*git_commit_tree_id(commit.get()), place, objects);
}

void ObjectPlaces::walk_tree(const git_oid& root, const Place& place, HoldingObjects& objects) {
  std::vector<std::pair<git_oid, std::string>> folders{{root, ""}};
  while (!folders.empty()) {
    const auto [id, folder] = std::move(folders.back());
    folders.pop_back();
    if (!known_.insert(id).second) continue;
    const auto tree = git::take<git::Tree>(git_tree_lookup, repository_, &id);
    if (!tree) continue;  // a partial clone lacks some; of others it was told when all objects were read
    if (const auto at = objects.find(id); at != objects.end()) {
      tell_names(tree.get(), folder, place);
      objects.erase(at);
    }
    for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
      const git_tree_entry* const entry = git_tree_entry_byindex(tree.get(), i);
      const git_oid& entry_id = *git_tree_entry_id(entry);
      const git_object_t type = git_tree_entry_type(entry);
      if (type == GIT_OBJECT_TREE && !known_.contains(entry_id)) {
        folders.emplace_back(entry_id, folder + git_tree_entry_name(entry) + "/");
      } else if (type == GIT_OBJECT_BLOB) {
        const auto at = objects.find(entry_id);
        if (at == objects.end()) continue;
        Place there = place;
        there.path = folder + git_tree_entry_name(entry);
        tell(at, std::move(there), objects);
      }
    }
  }
}

void ObjectPlaces::take_index(HoldingObjects& objects) {
  const auto index = git::take<git::Index>(git_repository_index, repository_);
  if (!index) return;
  for (std::size_t i = 0; i < git_index_entrycount(index.get()); ++i) {
    const git_index_entry* const entry = git_index_get_byindex(index.get(), i);
    const auto at = objects.find(entry->id);
    if (at == objects.end()) continue;
    tell(at, {Origin::kStaged, Part::kContent, entry->path, name_}, objects);
  }
}

void ObjectPlaces::tell_names(git_tree* tree, const std::string& folder, const Place& place) {
  for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
    const std::string_view name = git_tree_entry_name(git_tree_entry_byindex(tree, i));
    finder_.find(name, [&](Match match) {
      Place there = place;
      there.part = Part::kName;
      there.path = folder + std::string(name);
      add(collector_.secret(name.substr(match.at, match.size)), std::move(there));
    });
  }
}

void ObjectPlaces::tell(HoldingObjects::iterator at, Place place, HoldingObjects& objects) {
  const HoldingObject& object = at->second;
  if (object.type == GIT_OBJECT_COMMIT) place.part = Part::kCommitMessage;
  if (object.type == GIT_OBJECT_TAG) place.part = Part::kTagMessage;
  for (const Spot& spot : object.spots) {
    Place there = place;
    there.line = object.type == GIT_OBJECT_BLOB ? spot.line : 0;
    there.column = object.type == GIT_OBJECT_BLOB ? spot.column : 0;
    add(spot.secret, std::move(there));
  }
  objects.erase(at);
}

void ObjectPlaces::add(std::size_t secret, Place place) {
  const bool once = place.part == Part::kContent || place.part == Part::kName;
  if (once && !told_.emplace(secret, place.part, place.path).second) return;
  collector_.add(secret, std::move(place));
}

}  // namespace latchkey::scan
