#include "privilege/proposal.h"

#include <algorithm>
#include <array>

#include "privilege/networks.h"

namespace latchkey::privilege {
namespace {

using catalog::AccessType;
using catalog::RestrictionKind;

std::size_t used_among(const std::vector<Usable>& items) {
  return static_cast<std::size_t>(std::ranges::count_if(items,
                                                        [](const Usable& item) { return item.last_used.has_value(); }));
}

class Judgement {
 public:
  explicit Judgement(const Seen& seen) : seen_(seen), type_(seen.catalog.find_access_type(seen.key.access_type)) {
    for (const store::Observation& one : seen.observations) {
      if (is_mark(one.kind)) marks_[static_cast<std::size_t>(one.kind)] = true;
    }
  }

  LeastPrivilege run() {
    const std::vector<IpAddress> addresses = addresses_seen();
    out_.networks = networks_of(addresses);
    if (out_.networks.size() > kMaxNetworks) out_.networks.clear();
    if (type_ == nullptr) {
      note("The catalog no longer has the access type of this key, so it may do nothing.");
      return std::move(out_);
    }
    list_operations();
    list_channels();
    list_attributes();
    if (seen_.observations.empty() && addresses.empty()) {
      note("The key was not used in this time, so there is nothing to go by.");
      return std::move(out_);
    }
    Restrictions proposal = seen_.key.restrictions;
    propose_operations(proposal);
    propose_channels(proposal);
    propose_attributes(proposal);
    propose_networks(proposal, addresses);
    if (proposal != seen_.key.restrictions) {
      drop_unusable(proposal);
      out_.proposal = std::move(proposal);
    }
    return std::move(out_);
  }

 private:
  void note(std::string sentence) { out_.notes.push_back(std::move(sentence)); }
  bool saw(ObservedKind kind) const { return marks_[static_cast<std::size_t>(kind)]; }

  std::optional<Instant> last_use(ObservedKind kind, const std::string& name) const {
    const auto at =
        std::ranges::find_if(seen_.observations, [&](const auto& one) { return one.kind == kind && one.name == name; });
    return at == seen_.observations.end() ? std::nullopt : std::optional(at->last);
  }

  std::vector<IpAddress> addresses_seen() const {
    std::vector<IpAddress> addresses;
    for (const store::AddressUse& use : seen_.addresses) {
      if (use.address != IpAddress{}) addresses.push_back(use.address);
    }
    return addresses;
  }

  // What the key may do now.

  void list_operations() {
    OperationSet may = type_->operations;
    if (const auto& named = seen_.key.restrictions.operations; !named.empty()) {
      OperationSet chosen;
      for (const std::string& id : named) {
        if (const catalog::Operation* operation = seen_.catalog.find_operation(id)) chosen.insert(operation->index);
      }
      may &= chosen;
    }
    for (const catalog::Operation& operation : seen_.catalog.operations()) {
      if (may.contains(operation.index))
        out_.operations.push_back({operation.index, last_use(ObservedKind::kOperation, operation.id)});
    }
  }

  void list_channels() {
    Subject& channels = out_.channels;
    channels.applies = type_->takes(RestrictionKind::kChannels);
    if (!channels.applies) return;
    channels.all_asked = saw(ObservedKind::kAllChannels);
    channels.known = !saw(ObservedKind::kUnreadChannels);
    const auto among = [](const std::vector<std::string>& list, const std::string& id) {
      return list.empty() || std::ranges::find(list, id) != list.end();
    };
    for (std::size_t i = 0; i < seen_.catalog.channels().size(); ++i) {
      const std::string& id = seen_.catalog.channels()[i].id;
      if (!among(seen_.key.restrictions.channels, id) || !among(seen_.tenant.enabled_channels, id)) continue;
      channels.items.push_back({static_cast<std::uint16_t>(i), last_use(ObservedKind::kChannel, id)});
    }
  }

  void list_attributes() {
    Subject& attributes = out_.attributes;
    attributes.applies = type_->takes(RestrictionKind::kAttributes);
    if (!attributes.applies) return;
    attributes.all_asked = saw(ObservedKind::kAllAttributes);
    attributes.known = !saw(ObservedKind::kUnreadAttributes);
    AttributeSet may;
    for (const std::string& name : seen_.key.restrictions.attributes) {
      if (const auto index = seen_.catalog.attribute_index(name)) may.insert(*index);
    }
    for (std::size_t i = 0; i < seen_.catalog.attributes().size(); ++i) {
      if (!seen_.key.restrictions.attributes.empty() && !may.contains(i)) continue;
      attributes.items.push_back({static_cast<std::uint16_t>(i),
                                  last_use(ObservedKind::kAttribute, seen_.catalog.attributes()[i].name)});
    }
  }

  // What follows. Each leaves the list as it is unless the new one is shorter than what the key may do now, and not empty.

  void propose_operations(Restrictions& proposal) {
    if (!type_->takes(RestrictionKind::kOperations)) return;
    const std::size_t used = used_among(out_.operations);
    if (saw(ObservedKind::kUnknownOperation))
      return note(
          "Some requests were for paths that the catalog does not have, which a choice of operations would refuse, so "
          "operations stay as they are.");
    if (used == 0) return note("No operation that the key may call now was called, so operations stay as they are.");
    if (used > kMaxOperationsNamed)
      return note(
          fmt::format("The key called {} operations, and at most {} can be chosen, so operations stay as they are.",
                      used, kMaxOperationsNamed));
    if (used == out_.operations.size()) return note("Every operation that the key may call was called.");
    proposal.operations.clear();
    for (const Usable& item : out_.operations) {
      if (item.last_used) proposal.operations.push_back(seen_.catalog.operations()[item.index].id);
    }
    out_.removed_operations = out_.operations.size() - used;
  }

  // Why a subject stays as it is; empty: it need not.
  std::string obstacle(const Subject& subject, std::string_view what, std::size_t used) const {
    if (saw(ObservedKind::kUnknownOperation))
      return fmt::format(
          "Some requests were for paths that the catalog does not have, which a choice of {}s would refuse, so {}s "
          "stay as they are.",
          what, what);
    if (!subject.known)
      return fmt::format(
          "Some requests may have named {}s where Latchkey did not look, or named some that the catalog does not have, "
          "so {}s stay as they are.",
          what, what);
    if (subject.all_asked)
      return fmt::format(
          "Some requests asked for every {}, or for an answer that holds every {}, so {}s stay as they are.", what,
          what, what);
    if (used == 0)
      return fmt::format("No request named {} {}, so {}s stay as they are.", what.starts_with('a') ? "an" : "a", what,
                         what);
    if (used == subject.items.size()) return fmt::format("Every {} that the key may use was named.", what);
    return {};
  }

  void propose_channels(Restrictions& proposal) {
    if (!out_.channels.applies) return;
    const std::size_t used = used_among(out_.channels.items);
    if (std::string why = obstacle(out_.channels, "channel", used); !why.empty()) return note(std::move(why));
    proposal.channels.clear();
    for (const Usable& item : out_.channels.items) {
      if (item.last_used) proposal.channels.push_back(seen_.catalog.channels()[item.index].id);
    }
    out_.removed_channels = out_.channels.items.size() - used;
  }

  void propose_attributes(Restrictions& proposal) {
    if (!out_.attributes.applies) return;
    const std::size_t used = used_among(out_.attributes.items);
    if (std::string why = obstacle(out_.attributes, "attribute", used); !why.empty()) return note(std::move(why));
    proposal.attributes.clear();
    for (const Usable& item : out_.attributes.items) {
      if (item.last_used) proposal.attributes.push_back(seen_.catalog.attributes()[item.index].name);
    }
    out_.removed_attributes = out_.attributes.items.size() - used;
  }

  void propose_networks(Restrictions& proposal, const std::vector<IpAddress>& addresses) {
    if (!type_->takes(RestrictionKind::kIpRanges)) return;
    if (!seen_.every_address)
      return note("Not all addresses of this time are known, so networks stay as they are; a shorter time may do.");
    if (addresses.size() < seen_.addresses.size())
      return note("Some requests came without the caller's address, so networks stay as they are.");
    const std::vector<IpRange>& now = seen_.key.restrictions.ip_ranges;
    const std::vector<IpRange> networks = now.empty() ? networks_of(addresses) : networks_within(now, addresses);
    if (networks.empty())
      return note("No address was seen that the key may be used from now, so networks stay as they are.");
    if (networks.size() > kMaxNetworks)
      return note(fmt::format("The key was used from more than {} networks, so networks stay as they are.",
                              kMaxNetworks));
    // Nothing is gained where every range of now lies within one that is kept.
    const auto kept = [&](const IpRange& range) {
      return std::ranges::any_of(networks, [&](const IpRange& network) { return network.covers(range); });
    };
    if (!now.empty() && std::ranges::all_of(now, kept)) return;
    proposal.ip_ranges = networks;
  }

  // Names that the key has, but that permit nothing any more, could not be set again. A list of nothing else stays, since
  // without it the key would be wider.
  void drop_unusable(Restrictions& proposal) const {
    const auto keep = [](std::vector<std::string>& list, const std::vector<Usable>& items, const auto& name) {
      std::vector<std::string> usable;
      for (const Usable& item : items) {
        if (std::ranges::find(list, name(item.index)) != list.end()) usable.push_back(name(item.index));
      }
      if (!usable.empty() && usable.size() < list.size()) list = std::move(usable);
    };
    const catalog::Catalog& catalog = seen_.catalog;
    keep(proposal.operations, out_.operations, [&](std::uint16_t i) { return catalog.operations()[i].id; });
    keep(proposal.channels, out_.channels.items, [&](std::uint16_t i) { return catalog.channels()[i].id; });
    keep(proposal.attributes, out_.attributes.items, [&](std::uint16_t i) { return catalog.attributes()[i].name; });
  }

  const Seen& seen_;
  const AccessType* const type_;
  std::array<bool, kObservedKinds> marks_{};
  LeastPrivilege out_;
};

}  // namespace

LeastPrivilege least_privilege(const Seen& seen) { return Judgement(seen).run(); }

}  // namespace latchkey::privilege
