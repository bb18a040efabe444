// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** The authority that signs the certificates of a cluster, for those who have none of their own. */
@NullMarked
package io.mosu.pki;

import org.jspecify.annotations.NullMarked;
