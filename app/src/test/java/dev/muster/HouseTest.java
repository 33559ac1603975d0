// SPDX-License-Identifier: Apache-2.0
package dev.muster;

import dev.muster.house.HouseRules;

class HouseTest extends HouseRules {}
