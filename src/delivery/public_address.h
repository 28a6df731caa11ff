// Whether an address is one of the internet at large, as opposed to this machine, its network, or none at all. What a
// tenant names as a webhook must not become a way into the network that Latchkey runs in. Pure.
//
// From the IANA special-purpose registries: only globally reachable unicast is public. IPv4 within IPv6 (mapped, NAT64) is
// judged as IPv4; 6to4 and Teredo, which could carry any, are not public.
#pragma once
#include "core/ip.h"

namespace latchkey::delivery {

bool is_public(const IpAddress& address);

}  // namespace latchkey::delivery
