// SPDX-License-Identifier: Apache-2.0
package dev.muster.demo;

/**
 * What a disaster finds.
 *
 * @param request what was asked for
 * @param disks where everything lies
 * @param clinic what was loaded
 * @param production the server that runs
 * @param repository that protects it
 * @param crew who works with it
 */
record Scene(DemoRequest request, Disks disks, Clinic clinic, ClinicServer production, Repository repository,
        Crew crew) {}
