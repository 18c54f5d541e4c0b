/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pure: the frame around a message of the file copy service, where no driver takes it off (docs/wire/03 2).
 */
#ifndef _FCOPY_IC_PACKET_H
#define _FCOPY_IC_PACKET_H

#include <stddef.h>
#include <stdint.h>
#include <wire/fcopy.h>

enum ic_packet_kind { IC_PACKET_NEGOTIATE, IC_PACKET_REQUEST };

/*
 * What a packet's payload is, or -EPROTO: shorter than it says, or no request. body and body_len: what is behind
 * the header and really there.
 */
int ic_packet_kind(const uint8_t *payload, size_t len, const uint8_t **body, size_t *body_len);

/* Turns a negotiation into its answer, in place: framework 3.0, service 1.1, or none. The answer's length. */
size_t ic_packet_negotiate(uint8_t *payload, size_t len);

/* Turns a request into its answer with this status, in place. */
void ic_packet_answer(uint8_t *payload, uint32_t status);

#endif
