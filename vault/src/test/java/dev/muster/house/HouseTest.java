// SPDX-License-Identifier: Apache-2.0
package dev.muster.house;

class HouseTest extends HouseRules {}
