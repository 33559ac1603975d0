// SPDX-License-Identifier: Apache-2.0
package dev.muster.bench;

import dev.muster.house.HouseRules;

class HouseTest extends HouseRules {}
